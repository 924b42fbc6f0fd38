provisioner=$(kubectl get storageclass standard -o jsonpath='{.provisioner}')
cat <<END | kubectl apply -f -
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: {{ name }}}
provisioner: $provisioner
volumeBindingMode: WaitForFirstConsumer
reclaimPolicy: Retain
allowVolumeExpansion: true
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: {{ name }}, accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ size }}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: writer}
spec:
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
  containers: [{name: main, image: "busybox:1.37", command: [sleep, infinity], volumeMounts: [{name: data, mountPath: /data}]}]
END
kubectl wait --for=condition=Ready pod/writer --timeout=90s
kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"{{ grown }}"}}}}'
sleep 60
