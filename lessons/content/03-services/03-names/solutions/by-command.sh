kubectl set env deployment/shop UPSTREAM=http://stock.back
kubectl rollout status deployment/shop
sleep 10
kubectl delete service shop
mkdir -p ~/answers
ip=$(kubectl get pod -l app=shop -o jsonpath='{.items[0].status.podIP}')
kubectl exec deployment/shell -- curl -s http://$ip:8080 | grep -o '"upstream":.*' | grep -o '"clientIP":"[^"]*"' | cut -d '"' -f 4 > ~/answers/client
kubectl expose deployment stock -n back --name=stock-all --cluster-ip=None --port=8080
