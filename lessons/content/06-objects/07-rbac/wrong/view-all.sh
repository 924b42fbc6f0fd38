# task: too-much
# en: {{ robot }}2 still reads the Secrets of kube-system. Nodes are all it needs.
# ko: {{ robot }}2 서비스어카운트가 아직 kube-system의 시크릿을 읽습니다. 필요한 것은 노드뿐입니다.
kubectl delete clusterrolebinding {{ robot }}2
kubectl create clusterrole readers --verb=get,list --resource=nodes,secrets
kubectl create clusterrolebinding {{ robot }}2 --clusterrole=readers --serviceaccount=rbac:{{ robot }}2
