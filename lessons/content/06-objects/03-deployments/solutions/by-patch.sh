kubectl patch deployment shop -p '{"spec":{"replicas":{{ replicas }},"template":{"spec":{"containers":[{"name":"web","image":"nginx:1.29"}]}}}}'
kubectl set image deployment/pay web=nginx:1.28
kubectl rollout status deployment/shop
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"exec":{"command":["wget","-qO-","localhost:8080/ready"]},"periodSeconds":3},"lifecycle":{"preStop":{"exec":{"command":["sleep","8"]}}}}]}}}}'
kubectl rollout status deployment/web --timeout=180s
