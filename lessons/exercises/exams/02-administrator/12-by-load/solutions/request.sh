kubectl set resources deployment {{ app }} --requests=cpu=100m
kubectl patch hpa {{ app }} --type=merge -p '{"spec":{"minReplicas":2,"maxReplicas":6}}'
sleep 150
