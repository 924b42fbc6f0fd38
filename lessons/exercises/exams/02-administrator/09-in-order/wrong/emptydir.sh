# task: lasting
# en: In a copy the set was scaled down and up again, and what {{ name }}-2 had written was gone.
# ko: 복사본에서 수를 줄였다 늘렸더니 {{ name }}-2가 쓴 것이 사라졌습니다.
cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ name }}}
spec:
  serviceName: {{ name }}
  replicas: 3
  selector: {matchLabels: {app: {{ name }}}}
  template:
    metadata: {labels: {app: {{ name }}}}
    spec:
      volumes: [{name: data, emptyDir: {}}]
      containers: [{name: web, image: "kubelab/web:1.0", volumeMounts: [{name: data, mountPath: /data}]}]
END
sleep 60
