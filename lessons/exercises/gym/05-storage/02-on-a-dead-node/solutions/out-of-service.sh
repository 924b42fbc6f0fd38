mkdir -p ~/answers; echo attached > ~/answers/cause
#: cause
kubectl taint node $(cat ~/.node) node.kubernetes.io/out-of-service=nodeshutdown:NoExecute
sleep 120
