mkdir -p ~/answers; echo antiaffinity > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/affinity"},{"op":"add","path":"/spec/template/spec/topologySpreadConstraints","value":[{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app":"{{ app }}"}}}]}]'
# the old Pods still carry the old rule, which keeps the new ones away from every node
kubectl scale deployment {{ app }} --replicas=0
kubectl wait --for=delete pod -l app={{ app }} --timeout=60s
kubectl scale deployment {{ app }} --replicas=4
kubectl rollout status deployment {{ app }} --timeout=120s
