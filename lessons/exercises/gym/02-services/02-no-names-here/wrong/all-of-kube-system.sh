# task: mended
# en: Names work, and the way to everything in kube-system is open as well: only its DNS server is needed, on port 53.
# ko: 이름은 되지만 kube-system의 모든 것으로 가는 길까지 열렸습니다. 필요한 것은 DNS 서버의 53번 포트뿐입니다.
kubectl apply -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: names}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]}]
END
