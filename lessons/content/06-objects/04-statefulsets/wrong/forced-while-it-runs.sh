# task: when-a-node-dies
# en: node-2 still runs. To take its Pod away by force now would let two of them write.
# ko: node-2가 아직 켜져 있습니다. 지금 파드를 강제로 지우면 둘이 함께 쓰게 됩니다.
kubectl delete pod db-1 --force --grace-period=0
