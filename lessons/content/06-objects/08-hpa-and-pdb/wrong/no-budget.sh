# task: let-one-go
# en: The budget is gone. The node could be drained, and next time nothing keeps a drain from taking both.
# ko: 예산이 없어졌습니다. 노드는 비울 수 있지만, 다음 드레인이 둘을 한꺼번에 내보내도 막을 것이 없습니다.
kubectl delete pdb till
kubectl drain node-2 --ignore-daemonsets
