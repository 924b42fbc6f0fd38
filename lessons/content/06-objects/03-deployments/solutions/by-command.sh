kubectl rollout undo deployment/pay
kubectl rollout status deployment/pay
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":2},"lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
kubectl rollout status deployment/web --timeout=180s
kubectl set image deployment/web web=kubelab/web:1.1
kubectl rollout status deployment/web --timeout=180s
