# task: big-enough
# en: There is no big any more: nothing is Pending where nothing is wanted. It was to run.
# ko: big이 없어졌습니다. 원하는 것이 없으면 Pending도 없습니다. 실행해야 합니다.
kubectl delete deployment big
