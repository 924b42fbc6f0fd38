cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ app }}}
spec:
  selector: {matchLabels: {app: {{ app }}}}
  template:
    metadata: {labels: {app: {{ app }}}}
    spec:
      volumes: [{name: settings, configMap: {name: settings}}]
      containers:
      - name: web
        image: kubelab/web:1.0
        env: [{name: {{ key }}, valueFrom: {configMapKeyRef: {name: settings, key: level}}}]
        volumeMounts: [{name: settings, mountPath: /etc/settings}]
END
kubectl rollout status deployment {{ app }} --timeout=60s
