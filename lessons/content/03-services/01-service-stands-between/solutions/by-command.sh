kubectl scale deployment/web --replicas={{ replicas }}
kubectl expose deployment/web --port=80 --target-port={{ port }}
kubectl set env deployment/caller UPSTREAM=http://web
