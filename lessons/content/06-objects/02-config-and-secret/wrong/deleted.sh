# task: greeting-from-a-configmap
# en: The alarm is silent because the house is gone: there is no web any more.
# ko: 집이 사라졌으니 경보도 조용합니다. web이 없어졌습니다.
kubectl delete deployment web
