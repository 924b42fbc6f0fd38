# task: closed-unless-opened
# en: In a copy a new Pod came into shop, and guest could call it. Closed by default means a policy that selects every Pod: `podSelector: {}` with no rules.
# ko: 복사본에서 shop에 새 파드를 만들자 guest가 부를 수 있었습니다. 기본으로 닫으려면 모든 파드를 고르는 폴리시가 필요합니다. 규칙 없이 `podSelector: {}`입니다.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {matchLabels: {app: {{ caller }}}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}}
EOF
