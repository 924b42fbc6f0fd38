mkdir -p ~/answers; echo disk > ~/answers/cause
#: cause
kubectl set env deployment {{ app }} ROTATE_MI=512
kubectl delete pod --field-selector=status.phase=Failed
sleep 400
kubectl delete pod --field-selector=status.phase=Failed
