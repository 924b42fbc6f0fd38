sed -i "s/memory: 128Mi/memory: $(({{ peak }} + 30))Mi/" eater.yaml
kubectl apply -f eater.yaml
kubectl patch deployment steady -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","resources":{"limits":{"cpu":"{{ cpu }}m","memory":"100Mi"}}}]}}}}'
kubectl patch pod spinner --subresource resize --type=json -p '[{"op":"replace","path":"/spec/containers/0/resources/limits/cpu","value":"500m"}]'
