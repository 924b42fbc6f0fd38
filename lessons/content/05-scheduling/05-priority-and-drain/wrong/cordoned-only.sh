# task: leave-in-order
# en: node-2 is closed, and not empty: a cordon leaves alone who is inside. Drain it.
# ko: node-2는 닫혔지만 비어 있지 않습니다. 통제(cordon)는 안에 있는 파드를 건드리지 않습니다. 드레인하세요.
kubectl cordon node-2
kubectl create deployment pet --image=kubelab/web:1.0
kubectl delete pod pet
