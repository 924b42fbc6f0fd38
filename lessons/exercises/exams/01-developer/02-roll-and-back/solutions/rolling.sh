kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/strategy","value":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}},{"op":"add","path":"/spec/template/spec/containers/0/readinessProbe","value":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":2}},{"op":"add","path":"/spec/template/spec/containers/0/lifecycle","value":{"preStop":{"sleep":{"seconds":5}}}}]'
kubectl rollout status deployment {{ app }} --timeout=180s
kubectl set image deployment/{{ app }} web=kubelab/web:1.1
kubectl rollout status deployment {{ app }} --timeout=180s
kubectl rollout undo deployment/{{ app }}
kubectl rollout status deployment {{ app }} --timeout=180s
