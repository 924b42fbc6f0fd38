# task: both
# en: Not all of the ConfigMap is there: level is missing in /etc/settings.
# ko: 컨피그맵이 다 들어 있지 않습니다. /etc/settings에 level이 없습니다.
cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ app }}}
spec:
  selector: {matchLabels: {app: {{ app }}}}
  template:
    metadata: {labels: {app: {{ app }}}}
    spec:
      volumes: [{name: settings, configMap: {name: settings, items: [{key: banner, path: banner}]}}]
      containers:
      - name: web
        image: kubelab/web:1.0
        env: [{name: {{ key }}, valueFrom: {configMapKeyRef: {name: settings, key: level}}}]
        volumeMounts: [{name: settings, mountPath: /etc/settings}]
END
