mkdir -p ~/answers; echo backendport > ~/answers/cause
#: cause
kubectl patch ingress site --type=json -p '[{"op":"replace","path":"/spec/rules/0/http/paths/1/backend/service/port/number","value":80}]'
