# task: leave-in-order
# en: The Node object is deleted, and the machine still runs: its kubelet will register it again. Cordon and drain it.
# ko: 노드 오브젝트를 지웠지만 머신은 켜져 있습니다. kubelet이 다시 등록합니다. 통제(cordon)하고 드레인하세요.
kubectl delete node node-2
