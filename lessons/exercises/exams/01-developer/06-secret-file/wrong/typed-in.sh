# task: mounted
# en: The file is there, and not from the Secret: in a copy the Secret had another value, the Pod was made anew, and the file had not.
# ko: 파일은 있지만 시크릿에서 온 것이 아닙니다. 복사본에서 시크릿의 값을 바꾸고 파드를 새로 만들었는데 파일은 그대로였습니다.
kubectl create secret generic {{ secret }} --from-literal={{ key }}={{ word }}
kubectl delete pod reader --now
cat > reader.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  volumes: [{name: typed, emptyDir: {}}]
  initContainers:
  - name: write
    image: busybox:1.37
    command: [sh, -c, "echo {{ word }} > /typed/{{ key }}; chmod 400 /typed/{{ key }}"]
    volumeMounts: [{name: typed, mountPath: /typed}]
  containers:
  - name: reader
    image: busybox:1.37
    command: [sleep, infinity]
    volumeMounts: [{name: typed, mountPath: /etc/{{ secret }}, readOnly: true}]
END
kubectl apply -f reader.yaml
