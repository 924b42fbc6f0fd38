# task: and-not-or
# en: {{ caller }} cannot reach db any more: it is the one that must.
# ko: {{ caller }} 파드가 db에 닿지 못합니다. 닿아야 하는 것이 바로 이 파드입니다.
kubectl patch networkpolicy db-in --type=json -p '[{"op":"remove","path":"/spec/ingress"}]'
