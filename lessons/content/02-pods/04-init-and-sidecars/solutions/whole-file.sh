cat > app.yaml <<'EOF'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
spec:
  selector:
    matchLabels: {app: app}
  template:
    metadata:
      labels: {app: app}
    spec:
      terminationGracePeriodSeconds: 1
      volumes: [{name: cfg, emptyDir: {}}]
      initContainers:
      - name: wait-db
        image: kubelab/shell:1.0
        command: [sh, -c, "until curl -sf -m 3 -o /dev/null http://db; do echo waiting; sleep 2; done"]
      - name: migrate
        image: kubelab/shell:1.0
        command: [sh, -c, "curl -sf -m 3 -o /dev/null http://db || { echo no database; exit 1; }; echo migrated; echo {{ word }} > /cfg/motd"]
        volumeMounts: [{name: cfg, mountPath: /cfg}]
      containers:
      - name: app
        image: kubelab/web:1.0
        volumeMounts: [{name: cfg, mountPath: /cfg}]
EOF
kubectl apply -f app.yaml
sed -i 's/^      - name: shipper/      initContainers:\n      - name: shipper\n        restartPolicy: Always/' report.yaml
kubectl replace --force -f report.yaml
