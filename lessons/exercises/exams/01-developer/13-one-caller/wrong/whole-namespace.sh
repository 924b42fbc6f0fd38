# task: names
# en: api still reaches other Pods than db.
# ko: api가 아직 db가 아닌 파드에도 닿습니다.
cat <<END | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {}}]
    ports: [{port: {{ port }}}]
  - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
END
