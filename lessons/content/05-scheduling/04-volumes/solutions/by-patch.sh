kubectl patch deployment report -p '{"spec":{"template":{"spec":{"nodeSelector":{"topology.kubernetes.io/zone":"{{ home }}"}}}}}'
kubectl create -f - <<EOF
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: notes}
spec: {accessModes: [ReadWriteOncePod], resources: {requests: {storage: 1024Mi}}}
EOF
kubectl patch deployment notes -p '{"spec":{"template":{"spec":{"volumes":[{"name":"data","emptyDir":null,"persistentVolumeClaim":{"claimName":"notes"}}]}}}}'
volume=$(kubectl get pvc photos -o jsonpath='{.spec.volumeName}')
kubectl patch pv $volume --type=merge -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'
kubectl patch pvc photos --type=merge -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
