# task: mended
# en: Names still do not resolve in {{ namespace }}: the questions do not reach the name server.
# ko: {{ namespace }}에서는 아직 이름이 풀리지 않습니다. 질문이 이름 서버에 닿지 않습니다.
kubectl patch deployment shell -p '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"'$(kubectl -n stores get service {{ app }} -o jsonpath={.spec.clusterIP})'","hostnames":["{{ app }}.stores"]}]}}}}'
kubectl rollout status deployment shell --timeout=60s
