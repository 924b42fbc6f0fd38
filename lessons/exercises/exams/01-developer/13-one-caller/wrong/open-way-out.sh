# task: names
# en: api still reaches the outside.
# ko: api가 아직 바깥에 닿습니다.
cat <<END | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}], ports: [{port: {{ port }}}]}]
END
