# task: mended
# en: In a copy the DNS Pods were replaced, and names were lost again: addresses of Pods pass away. Name them by their labels.
# ko: 복사본에서 DNS 파드를 교체했더니 이름이 다시 풀리지 않았습니다. 파드의 주소는 바뀝니다. 레이블로 고르세요.
one=$(kubectl -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{.items[0].status.podIP}')
other=$(kubectl -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{.items[1].status.podIP}')
kubectl apply -f - <<END
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: names}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: $one/32}}, {ipBlock: {cidr: $other/32}}], ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]
END
