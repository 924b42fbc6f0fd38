# task: mended
# en: /{{ path }} does not lead to the Pods of {{ path }}.
# ko: /{{ path }} 경로가 {{ path }}의 파드로 이어지지 않습니다.
kubectl patch ingress site --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/1/backend/service","value":{"name":"shop","port":{"number":80}}}]'
