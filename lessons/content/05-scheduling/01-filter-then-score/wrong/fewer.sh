# task: a-crowd-of-ten
# en: Ten Pods were asked for. Fewer of them is not an answer to the question of room.
# ko: 파드는 열 개가 필요합니다. 수를 줄이는 것은 자리 문제의 답이 아닙니다.
mkdir -p ~/answers; echo {{ fits }} > ~/answers/fit
kubectl scale deployment crowd --replicas={{ fits }}
