# task: mended
# en: You took the guard away. Policies only add: open what is missing beside it.
# ko: 지킴이를 없앴습니다. 폴리시는 더하기만 합니다. 모자란 것을 그 옆에 여세요.
kubectl delete networkpolicy quiet
cat <<END | kubectl apply -f -
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: names}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]
END
