# task: mended
# en: It runs, and what it writes goes with the Pod: it was to have storage of its own.
# ko: 실행은 되지만 쓴 것이 파드와 함께 사라집니다. 자기 스토리지가 있어야 합니다.
kubectl get pvc {{ app }}-data -o yaml > c.yaml
kubectl scale deployment {{ app }} --replicas=0
kubectl delete pvc {{ app }}-data
sed -i 's/storageClassName: .*/storageClassName: standard/; /uid:/d; /resourceVersion:/d' c.yaml
kubectl create -f c.yaml
kubectl patch deployment {{ app }} --type=json -p '[{"op":"add","path":"/spec/template/spec/volumes/-","value":{"name":"scratch","emptyDir":{}}},{"op":"replace","path":"/spec/template/spec/containers/0/volumeMounts","value":[{"name":"scratch","mountPath":"/data"}]}]'
kubectl scale deployment {{ app }} --replicas=1
