# task: a-deaf-node
# en: kube-proxy still leaves out a node: it wants fewer than there are. Its template says where it may go.
# ko: kube-proxy가 아직 노드 하나를 빼놓습니다. 원하는 수가 노드 수보다 적습니다. 어디로 가도 되는지는 템플릿에 있습니다.
kubectl rollout restart daemonset kube-proxy -n kube-system
