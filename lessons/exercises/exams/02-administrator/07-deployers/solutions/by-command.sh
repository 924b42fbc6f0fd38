kubectl create clusterrole {{ group }} --verb=get,list,create,update,patch --resource=deployments.apps
kubectl create clusterrole {{ group }}-pods --verb=get,list --resource=pods
for ns in {{ a }} {{ b }}; do
  kubectl -n $ns create rolebinding {{ group }} --clusterrole={{ group }} --group={{ group }}
  kubectl -n $ns create rolebinding {{ group }}-pods --clusterrole={{ group }}-pods --group={{ group }}
done
kubectl patch role {{ bot }} --type=json -p '[{"op":"remove","path":"/rules/1"}]'
