sed 's/try-late/notes/' late.yaml > claim.yaml
sed -i 's/emptyDir: {}/persistentVolumeClaim: {claimName: notes}/' notes.yaml
kubectl apply -f claim.yaml -f notes.yaml
sed -i '/nodeSelector:/,+1d' report.yaml
kubectl apply -f report.yaml
kubectl patch pvc photos -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
kubectl patch pv $(kubectl get pvc photos -o jsonpath='{.spec.volumeName}') -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'
