kubectl patch pdb {{ app }} -p '{"spec":{"minAvailable":1}}'
kubectl cordon {{ node }}
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"}]'
kubectl rollout status deployment {{ app }} --timeout=120s
kubectl drain {{ node }} --ignore-daemonsets --force --delete-emptydir-data
mkdir -p ~/answers
kubectl get pods -A --field-selector spec.nodeName={{ node }} -o jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}' > ~/answers/left
kubectl uncordon {{ node }}
