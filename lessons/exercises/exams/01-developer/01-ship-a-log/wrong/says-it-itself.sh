# task: shared
# en: In a copy app wrote another line into /var/log/app/out.log, and {{ side }} did not print it: they do not share the file.
# ko: 복사본에서 app이 /var/log/app/out.log에 한 줄을 더 썼는데 {{ side }} 컨테이너가 출력하지 않았습니다. 파일을 함께 쓰고 있지 않습니다.
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: {{ name }}}
spec:
  volumes: [{name: log, emptyDir: {}}]
  containers:
  - name: app
    image: busybox:1.37
    command: [sh, -c, "mkdir -p /var/log/app; while true; do echo {{ text }} >> /var/log/app/out.log; sleep 5; done"]
  - name: {{ side }}
    image: busybox:1.37
    command: [sh, -c, "while true; do echo {{ text }}; sleep 5; done"]
END
sleep 20
