# task: too-much
# en: Nodes are in no namespace, so a RoleBinding cannot give them. It takes a ClusterRoleBinding.
# ko: 노드는 네임스페이스에 속하지 않아서 롤바인딩으로는 줄 수 없습니다. 클러스터롤바인딩이 필요합니다.
kubectl delete clusterrolebinding {{ robot }}2
kubectl create rolebinding nodes --clusterrole=node-reader --serviceaccount=rbac:{{ robot }}2
