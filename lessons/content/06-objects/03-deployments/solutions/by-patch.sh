kubectl set image deployment/pay web=kubelab/web:1.0
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"kubelab/web:1.1","readinessProbe":{"exec":{"command":["wget","-qO-","localhost:8080/ready"]},"periodSeconds":3},"lifecycle":{"preStop":{"exec":{"command":["sleep","8"]}}}}]}}}}'
kubectl rollout status deployment/web --timeout=180s
