# task: closed-unless-opened
# en: The shop is closed for customers: they come through the controller in the namespace ingress-lab, and web does not let it in.
# ko: 손님이 들어오지 못합니다. 손님은 ingress-lab 네임스페이스의 컨트롤러를 거쳐 오는데 web이 받아 주지 않습니다.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {}, policyTypes: [Ingress]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {matchLabels: {app: {{ caller }}}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}}
EOF
