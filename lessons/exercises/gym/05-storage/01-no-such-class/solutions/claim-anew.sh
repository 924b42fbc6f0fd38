mkdir -p ~/answers; echo class > ~/answers/cause
#: cause
kubectl delete pvc {{ app }}-data --wait=false
kubectl scale deployment {{ app }} --replicas=0
sleep 5
cat <<END | kubectl apply -f -
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: {{ app }}-data}
spec: {storageClassName: standard, accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ size }}}}}
END
kubectl scale deployment {{ app }} --replicas=1
