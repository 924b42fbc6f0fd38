# task: mended
# en: It runs, and what it writes goes with the Pod: it was to have storage of its own.
# ko: 실행은 되지만 쓴 것이 파드와 함께 사라집니다. 자기 스토리지가 있어야 합니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/volumes","value":[{"name":"data","emptyDir":{}}]}]'
kubectl delete pvc {{ app }}-data --wait=false
sleep 10
cat <<END | kubectl apply -f -
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: {{ app }}-data}
spec: {storageClassName: standard, accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ size }}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: binder}
spec:
  volumes: [{name: data, persistentVolumeClaim: {claimName: {{ app }}-data}}]
  containers: [{name: main, image: "busybox:1.37", command: [sleep, infinity]}]
END
