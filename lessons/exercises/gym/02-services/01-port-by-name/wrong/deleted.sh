# task: mended
# en: The alarm is silent because the house is gone: there is no {{ app }} any more.
# ko: 집이 사라졌으니 경보도 조용합니다. {{ app }} 디플로이먼트가 없어졌습니다.
kubectl delete deployment {{ app }}
