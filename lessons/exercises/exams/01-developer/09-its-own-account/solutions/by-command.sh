kubectl create serviceaccount {{ sa }}
kubectl create role {{ sa }} --verb=get,list,watch --resource=configmaps
kubectl create rolebinding {{ sa }} --role={{ sa }} --serviceaccount=exam:{{ sa }}
kubectl set serviceaccount deployment reader {{ sa }}
kubectl patch deployment plain -p '{"spec":{"template":{"spec":{"automountServiceAccountToken":false}}}}'
kubectl rollout status deployment reader; kubectl rollout status deployment plain
sleep 40
