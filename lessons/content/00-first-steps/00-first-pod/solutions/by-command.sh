kubectl run web --image=nginx:1.29
kubectl wait --for=condition=Ready pod/web --timeout=60s
mkdir -p ~/answers
kubectl get pod web -o jsonpath='{.status.podIP}' > ~/answers/ip
kubectl set image pod/typo web=nginx:1.29
