kubectl scale deployment/shop --replicas={{ replicas }}
kubectl set image deployment/shop web=nginx:1.29
kubectl rollout undo deployment/pay
kubectl rollout status deployment/shop
kubectl rollout status deployment/pay
