# task: big-enough
# en: big asks for less than it needs. 2 CPUs fit on one of the nodes: look which.
# ko: big이 필요한 것보다 적게 요청합니다. CPU 2개가 들어가는 노드가 있습니다. 어느 노드인지 찾아보세요.
kubectl set resources deployment big --requests=cpu=200m
