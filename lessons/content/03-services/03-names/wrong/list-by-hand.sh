# task: a-name-for-each
# en: In a copy the Pods of stock were replaced, and the name led to Pods that are gone: a list written by hand does not follow. Give stock-all a selector.
# ko: 복사본에서 stock의 파드를 교체하자 그 이름이 사라진 파드로 이어졌습니다. 손으로 쓴 목록은 따라오지 않습니다. stock-all에 셀렉터를 쓰세요.
kubectl -n back create service clusterip stock-all --clusterip=None --tcp=8080
kubectl -n back patch service stock-all --type=json -p '[{"op":"remove","path":"/spec/selector"}]'
kubectl get pods -n back -l app=stock -o jsonpath='{range .items[*]}{.status.podIP}{"\n"}{end}' > addresses
{ printf 'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: stock-all-hand, namespace: back, labels: {kubernetes.io/service-name: stock-all}}\naddressType: IPv4\nports: [{name: "8080", port: 8080}]\nendpoints:\n'; sed 's/.*/- {addresses: [&], conditions: {ready: true}}/' addresses; } | kubectl apply -f -
