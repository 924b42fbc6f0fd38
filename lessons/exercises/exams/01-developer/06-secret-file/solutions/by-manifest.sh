kubectl create secret generic {{ secret }} --from-literal={{ key }}={{ word }}
kubectl delete pod reader --now
cat > reader.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  volumes: [{name: secret, secret: {secretName: {{ secret }}, defaultMode: 0400}}]
  containers:
  - name: reader
    image: busybox:1.37
    command: [sleep, infinity]
    volumeMounts: [{name: secret, mountPath: /etc/{{ secret }}, readOnly: true}]
END
kubectl apply -f reader.yaml
