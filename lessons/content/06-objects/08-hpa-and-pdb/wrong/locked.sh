# task: any-node
# en: In a copy a worker could not be drained in five minutes: some budget allows nobody to go.
# ko: 복사본에서 5분이 지나도 워커 노드를 비우지 못했습니다. 아무도 내보내지 않는 예산이 있습니다.
kubectl patch hpa web -p '{"spec":{"minReplicas":2}}'
kubectl create pdb web --selector=app=web --min-available=2
