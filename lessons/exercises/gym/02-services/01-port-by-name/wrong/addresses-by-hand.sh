# task: mended
# en: In a copy the Pods were replaced, and nobody was behind the Service any more: addresses written down by hand do not follow. A selector and a port that the Pods have do.
# ko: 복사본에서 파드를 교체했더니 서비스 뒤에 아무도 없었습니다. 손으로 적은 주소는 따라오지 않습니다. 셀렉터와 파드에 있는 포트를 쓰면 따라옵니다.
kubectl get pods -l app={{ app }} -o jsonpath='{range .items[*]}{.status.podIP}{"\n"}{end}' > addresses
kubectl patch service {{ app }} --type=json -p '[{"op":"remove","path":"/spec/selector"}]'
kubectl delete endpointslices -l kubernetes.io/service-name={{ app }}
{ printf 'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: {{ app }}-hand, labels: {kubernetes.io/service-name: {{ app }}}}\naddressType: IPv4\nports: [{name: http, port: 8080}]\nendpoints:\n'; sed 's/.*/- {addresses: [&], conditions: {ready: true}}/' addresses; } | kubectl apply -f -
