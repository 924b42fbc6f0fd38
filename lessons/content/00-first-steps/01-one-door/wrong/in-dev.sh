# task: the-right-cluster
# en: The right object in the wrong cluster: you scaled web in dev. Put it back to 2, and look at your current context first.
# ko: 맞는 오브젝트지만 클러스터가 틀렸습니다. dev의 web을 늘렸습니다. 2개로 되돌리고, 먼저 지금의 컨텍스트를 보세요.
kubectl scale deployment web --replicas={{ replicas }}
