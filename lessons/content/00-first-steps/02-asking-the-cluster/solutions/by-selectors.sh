mkdir -p ~/answers
echo cpu > ~/answers/heavy
kubectl get pods -l tier=cache,env=prod -o jsonpath='{.items[0].status.podIP}' > ~/answers/ip
kubectl get pods -l 'env!=prod' --no-headers | wc -l > ~/answers/count
kubectl set image pod/typo typo=nginx:1.29
kubectl label pods -l env=test owner={{ owner }}
