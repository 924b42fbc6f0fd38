# task: clear-a-node
# en: NoSchedule only closes the door: who is inside stays. NoExecute sends them away.
# ko: NoSchedule은 문만 닫습니다. 안에 있던 파드는 남습니다. 내보내는 것은 NoExecute입니다.
kubectl taint node node-2 {{ reason }}=yes:NoSchedule
