# task: a-service-by-hand
# en: It works because Endpoints are still mirrored into a slice. They are deprecated since 1.33: write the EndpointSlice itself.
# ko: Endpoints가 아직 엔드포인트슬라이스로 복사되기 때문에 됩니다. Endpoints는 1.33부터 사용 중단(deprecated) 상태이니 슬라이스를 직접 쓰세요.
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata: {name: legacy}
spec: {ports: [{name: http, port: 80, targetPort: {{ port }}}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: legacy}
subsets: [{addresses: [{ip: 192.0.2.{{ host }}}], ports: [{name: http, port: {{ port }}}]}]
END
