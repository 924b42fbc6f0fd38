# task: too-much
# en: Safe, and its page is empty: {{ robot }}2 may read nothing now. The ClusterRole node-reader is what it needs.
# ko: 안전하지만 페이지가 비었습니다. {{ robot }}2 서비스어카운트는 이제 아무것도 읽지 못합니다. 필요한 것은 클러스터롤 node-reader입니다.
kubectl delete clusterrolebinding {{ robot }}2
