kubectl create role pod-lister --verb=list --resource=pods
kubectl create rolebinding pod-lister --role=pod-lister --serviceaccount=rbac:{{ robot }}
kubectl create rolebinding developers --clusterrole=edit --user={{ user }}
kubectl delete clusterrolebinding {{ robot }}2
kubectl create clusterrolebinding {{ robot }}2 --clusterrole=node-reader --serviceaccount=rbac:{{ robot }}2
