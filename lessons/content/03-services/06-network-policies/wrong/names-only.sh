# task: the-way-out
# en: {{ caller }} cannot call db. Its way out needs a rule for db's Pods and their port {{ port }}.
# ko: {{ caller }} 파드가 db를 부르지 못합니다. 나가는 길에 db 파드와 {{ port }}번 포트의 규칙이 필요합니다.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out}, spec: {podSelector: {matchLabels: {app: {{ caller }}}}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]}}
EOF
