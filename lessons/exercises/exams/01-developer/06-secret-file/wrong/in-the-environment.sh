# task: mounted
# en: The value stands in the environment, where every child process and every crash report sees it.
# ko: 값이 환경 변수에 있습니다. 모든 자식 프로세스와 오류 보고서가 보게 됩니다.
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
    envFrom: [{secretRef: {name: {{ secret }}}}]
    volumeMounts: [{name: secret, mountPath: /etc/{{ secret }}, readOnly: true}]
END
kubectl apply -f reader.yaml
