# task: closed-unless-opened
# en: probe still reaches {{ caller }}: a rule lets the whole namespace in. Only web was to come.
# ko: probe가 아직 {{ caller }} 파드에 닿습니다. 네임스페이스 전체를 들여보내는 규칙이 있습니다. web만 오면 됩니다.
kubectl apply -f - <<EOF
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: here}, spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-lab}}}]}]}}
EOF
