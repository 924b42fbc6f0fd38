# task: an-address-that-stays
# en: In a copy the Pods of web were replaced, and the Service led nowhere: addresses written down by hand do not follow. Give the Service a selector.
# ko: 복사본에서 web의 파드를 교체하자 서비스가 아무 데로도 이어지지 않았습니다. 손으로 적은 주소는 따라오지 않습니다. 서비스에 셀렉터를 쓰세요.
kubectl scale deployment/web --replicas={{ replicas }}
kubectl rollout status deployment/web
kubectl create service clusterip web --tcp=80:{{ port }}
kubectl patch service web --type=json -p '[{"op":"remove","path":"/spec/selector"}]'
kubectl get pods -l app=web -o jsonpath='{range .items[*]}{.status.podIP}{"\n"}{end}' > addresses
{ printf 'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-hand, namespace: shop, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nports: [{name: "80-{{ port }}", port: {{ port }}}]\nendpoints:\n'; sed 's/.*/- {addresses: [&], conditions: {ready: true}}/' addresses; } | kubectl apply -f -
