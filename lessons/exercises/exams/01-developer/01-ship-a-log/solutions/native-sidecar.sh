kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: {{ name }}}
spec:
  volumes: [{name: own, downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}, {name: log, emptyDir: {}}]
  initContainers:
  - name: {{ side }}
    restartPolicy: Always
    image: busybox:1.37
    command: [tail, -n, "+1", -F, /var/log/app/out.log]
    volumeMounts: [{name: log, mountPath: /var/log/app, readOnly: true}]
  containers:
  - name: app
    image: busybox:1.37
    command: [sh, -c, "while true; do echo {{ text }} >> /var/log/app/out.log; sleep 5; done"]
    volumeMounts: [{name: log, mountPath: /var/log/app}]
END
