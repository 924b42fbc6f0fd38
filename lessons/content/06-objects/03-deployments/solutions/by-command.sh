kubectl scale deployment/shop --replicas={{ replicas }}
kubectl set image deployment/shop web=nginx:1.29
kubectl rollout undo deployment/pay
kubectl rollout status deployment/shop
kubectl rollout status deployment/pay
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":2},"lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
kubectl rollout status deployment/web --timeout=180s
