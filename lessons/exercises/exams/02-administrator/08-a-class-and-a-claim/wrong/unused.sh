# task: pod
# en: writer does not use the claim.
# ko: writer가 클레임을 쓰지 않습니다.
kubectl get storageclass standard -o yaml | sed '/uid:/d; /resourceVersion:/d; /is-default/d; /annotations:/d; s/name: standard/name: {{ name }}/; s/reclaimPolicy: Delete/reclaimPolicy: Retain/' | kubectl apply -f -
kubectl apply -f - <<END
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {storageClassName: {{ name }}, accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ size }}}}}}
END
kubectl apply -f - <<END
{apiVersion: v1, kind: Pod, metadata: {name: writer}, spec: {volumes: [{name: data, emptyDir: {}}], containers: [{name: main, image: "busybox:1.37", command: [sleep, infinity], volumeMounts: [{name: data, mountPath: /data}]}]}}
END
