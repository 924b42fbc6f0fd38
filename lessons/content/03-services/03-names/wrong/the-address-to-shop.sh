# task: the-way-out
# en: The answer belongs into ~/answers/client: the clientIP that stock reports when shop calls it. Nothing ever comes from the address of a Service.
# ko: ~/answers/client에 적습니다. shop이 부를 때 stock이 알려 주는 clientIP입니다. 서비스의 주소에서 나오는 요청은 없습니다.
kubectl set env deployment/shop UPSTREAM=http://stock.back
mkdir -p ~/answers
kubectl get service shop -o jsonpath='{.spec.clusterIP}' > ~/answers/client
kubectl delete service shop
