# task: adopted
# en: stray still belongs to nobody. A ReplicaSet adopts Pods without an owner that carry the labels of its selector.
# ko: stray에 아직 소유자가 없습니다. 레플리카셋은 소유자가 없고 셀렉터의 레이블이 있는 파드를 거둡니다.
kubectl label pod stray owner=web
