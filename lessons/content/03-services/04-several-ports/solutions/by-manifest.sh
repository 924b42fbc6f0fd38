cat > services.yaml <<END
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: metrics, port: {{ admin }}, targetPort: admin}
---
apiVersion: v1
kind: Service
metadata: {name: stock}
spec:
  selector: {app: stock}
  ports: [{port: 80, targetPort: http}]
END
kubectl apply -f services.yaml
kubectl delete service everything
kubectl get deployment stock -o yaml | sed 's/8081/{{ moved }}/' | kubectl apply -f -
