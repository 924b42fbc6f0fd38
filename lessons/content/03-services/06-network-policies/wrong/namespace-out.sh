# task: the-way-out
# en: {{ caller }} may still call web, and it only has business with db.
# ko: {{ caller }} 파드가 아직 web을 부를 수 있습니다. 볼일은 db에만 있습니다.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: out}, spec: {podSelector: {matchLabels: {app: {{ caller }}}}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]}}
EOF
