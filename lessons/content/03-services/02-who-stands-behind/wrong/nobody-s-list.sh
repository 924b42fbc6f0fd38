# task: a-service-by-hand
# en: There is a slice with this address, but the Service does not know it: the label kubernetes.io/service-name ties the two.
# ko: 이 주소가 적힌 슬라이스는 있지만 서비스가 알지 못합니다. 둘을 잇는 것은 kubernetes.io/service-name 레이블입니다.
cat <<END | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: legacy}
spec:
  ports: [{port: 80, targetPort: {{ port }}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: legacy}
addressType: IPv4
ports: [{port: {{ port }}}]
endpoints:
- addresses: [192.0.2.{{ host }}]
END
