# task: mended
# en: The workload that was here is gone: change it in place.
# ko: 여기 있던 워크로드가 없어졌습니다. 있는 것을 고치세요.
kubectl delete deployment {{ app }}
kubectl create deployment {{ app }} --image=kubelab/web:1.0 --replicas={{ replicas }}
kubectl set resources deployment {{ app }} --requests=cpu=30m,memory=64Mi
