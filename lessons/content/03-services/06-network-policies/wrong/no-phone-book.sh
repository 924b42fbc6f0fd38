# task: the-way-out
# en: The door to db may be open, but the phone book is locked: allow port 53, UDP and TCP, to the DNS server in kube-system.
# ko: db로 가는 문은 열려 있어도 전화번호부가 잠겼습니다. kube-system의 DNS 서버로 가는 53번 포트를 UDP와 TCP로 허락하세요.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out}, spec: {podSelector: {matchLabels: {app: {{ caller }}}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}}
EOF
