kubectl patch deployment shop -p '{"spec":{"replicas":{{ replicas }},"template":{"spec":{"containers":[{"name":"web","image":"nginx:1.29"}]}}}}'
kubectl set image deployment/pay web=nginx:1.28
kubectl rollout status deployment/shop
