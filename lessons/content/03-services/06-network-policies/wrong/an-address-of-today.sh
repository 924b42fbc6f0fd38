# task: and-not-or
# en: In a copy the Pods of {{ caller }} were replaced, and db shut them out: the address of a Pod is another one then. Let them in by their label.
# ko: 복사본에서 {{ caller }} 파드를 교체하자 db가 들여보내지 않았습니다. 새 파드는 주소가 다릅니다. 레이블로 고르세요.
kubectl apply -f - <<EOF
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-in}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{ipBlock: {cidr: $(kubectl get pods -l app={{ caller }} -o jsonpath='{.items[0].status.podIP}')/32}}]}]
EOF
