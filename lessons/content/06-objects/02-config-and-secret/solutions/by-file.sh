kubectl create configmap web-config --from-literal=greeting={{ first }} --from-literal=level={{ level }}
kubectl create configmap motd --from-literal=motd={{ motd }}
kubectl create secret generic db --from-literal=password={{ password }}
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
          args: [--level, $(LEVEL)]
          env:
            - name: GREETING
              valueFrom: {configMapKeyRef: {name: web-config, key: greeting}}
            - name: LEVEL
              valueFrom: {configMapKeyRef: {name: web-config, key: level}}
            - name: DB_PASSWORD
              valueFrom: {secretKeyRef: {name: db, key: password}}
          volumeMounts:
            - {name: motd, mountPath: /etc/web}
END
kubectl apply -f web.yaml
kubectl rollout status deployment/web
kubectl patch configmap web-config -p '{"data":{"greeting":"{{ second }}"}}'
kubectl rollout restart deployment/web
kubectl rollout status deployment/web
