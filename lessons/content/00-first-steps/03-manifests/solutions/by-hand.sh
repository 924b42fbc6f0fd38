cat > web.yaml <<'EOF'
# replicas belong to the people on call; DEBUG is gone for good
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {"team": "{{ team }}"}
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: kubelab/web:1.0
          imagePullPolicy: IfNotPresent
          env:
            - name: GREETING
              value: hello
EOF
cat > svc.yaml <<'EOF'
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {team: {{ team }}}
spec:
  selector: {app: web}
  ports:
    - port: 80
      targetPort: 8080
EOF
kubectl apply --server-side --force-conflicts -f web.yaml -f svc.yaml
kubectl apply -f web.yaml -f svc.yaml
