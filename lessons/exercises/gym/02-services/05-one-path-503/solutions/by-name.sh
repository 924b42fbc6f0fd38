mkdir -p ~/answers; echo backendport > ~/answers/cause
#: cause
kubectl patch service {{ path }} --type=json -p '[{"op":"add","path":"/spec/ports/0/name","value":"http"}]'
kubectl patch ingress site --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/1/backend/service/port","value":{"name":"http"}}]'
