# task: five-in-the-budget
# en: Five Pods were asked for. Let each of them request less.
# ko: 파드는 다섯 개가 필요합니다. 하나하나의 요청량을 줄이세요.
kubectl scale deployment shop --replicas=4
