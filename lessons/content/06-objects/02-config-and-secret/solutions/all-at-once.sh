cat <<END | kubectl apply -f -
apiVersion: v1
kind: ConfigMap
metadata: {name: web-config}
data: {greeting: {{ second }}, level: {{ level }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: motd}
data: {motd: "{{ motd }}"}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: "{{ password }}"}
END
cat > web.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      volumes:
        - name: motd
          configMap:
            name: motd
      containers:
        - name: web
          image: kubelab/web:1.0
          args: ["--level=$(LOG_LEVEL)"]
          env:
            - name: GREETING
              valueFrom: {configMapKeyRef: {name: web-config, key: greeting}}
            - name: LOG_LEVEL
              valueFrom: {configMapKeyRef: {name: web-config, key: level}}
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: db, key: password}}
          volumeMounts:
            - {name: motd, mountPath: /etc/web}
END
kubectl apply -f web.yaml
