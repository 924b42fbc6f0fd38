kubectl get deployment slow -o yaml | sed 's/livenessProbe:/&\n          initialDelaySeconds: 100/' | kubectl apply -f -
cat > web.yaml <<END
spec:
  template:
    spec:
      containers:
      - name: web
        readinessProbe:
          httpGet: {path: /ready, port: 8080}
          periodSeconds: 3
        livenessProbe:
          httpGet: {path: /healthz, port: 8080}
          timeoutSeconds: 2
END
kubectl patch deployment web --patch-file web.yaml
