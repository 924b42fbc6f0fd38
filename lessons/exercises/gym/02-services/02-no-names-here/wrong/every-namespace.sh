# task: mended
# en: Names work, and the way to every other namespace is open as well: only stores was to be reached, and the DNS server.
# ko: 이름은 되지만 다른 네임스페이스로 가는 길까지 열렸습니다. stores와 DNS 서버에만 닿아야 합니다.
kubectl apply -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: names}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}]}]}
END
