mkdir -p ~/answers; echo apigroup > ~/answers/cause
#: cause
kubectl patch role {{ op }} --type=json -p '[{"op":"replace","path":"/rules/0/apiGroups","value":["coordination.k8s.io"]}]'
