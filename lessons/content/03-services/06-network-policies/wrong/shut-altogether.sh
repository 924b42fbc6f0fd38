# task: closed-unless-opened
# en: Everything is closed now, also the shop's own way: web must be able to call {{ caller }}.
# ko: 이제 상점 자신의 길까지 닫혔습니다. web은 {{ caller }} 파드를 부를 수 있어야 합니다.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {}, policyTypes: [Ingress]}}
EOF
