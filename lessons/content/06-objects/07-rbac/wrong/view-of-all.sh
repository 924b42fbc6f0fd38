# task: too-much
# en: {{ robot }}2 still reads what is in the namespaces. Nodes are all it needs: the ClusterRole node-reader.
# ko: {{ robot }}2 서비스어카운트가 아직 네임스페이스 안의 것까지 읽습니다. 필요한 것은 노드뿐입니다. 클러스터롤 node-reader를 쓰세요.
kubectl delete clusterrolebinding {{ robot }}2
kubectl create clusterrolebinding {{ robot }}2 --clusterrole=view --serviceaccount=rbac:{{ robot }}2
kubectl create clusterrolebinding nodes-page --clusterrole=node-reader --serviceaccount=rbac:{{ robot }}2
