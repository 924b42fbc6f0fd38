# task: a-crowd-of-ten
# en: Each Pod of crowd needs 250m, and asks for less now: they fit on paper, and will fight for the processors.
# ko: crowd의 파드는 250m이 필요한데 지금은 더 적게 요청합니다. 서류로는 들어가지만 프로세서를 두고 다투게 됩니다.
mkdir -p ~/answers; echo {{ fits }} > ~/answers/fit
kubectl set resources deployment crowd --requests=cpu=10m
