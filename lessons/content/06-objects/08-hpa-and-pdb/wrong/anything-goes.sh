# task: let-one-go
# en: The budget lets all of them go at once: that is no budget.
# ko: 예산이 모두 한꺼번에 나가도 된다고 합니다. 그러면 예산이 아닙니다.
kubectl delete pdb till
kubectl create pdb till --selector=app=till --min-available=0
kubectl drain node-2 --ignore-daemonsets
