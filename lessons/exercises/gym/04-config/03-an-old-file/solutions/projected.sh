mkdir -p ~/answers; echo subpath > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/volumes/0","value":{"name":"headline","projected":{"sources":[{"configMap":{"name":"headline"}}]}}},{"op":"replace","path":"/spec/template/spec/containers/0/volumeMounts","value":[{"name":"headline","mountPath":"/etc/news","readOnly":true}]}]'
kubectl rollout status deployment {{ app }} --timeout=120s
