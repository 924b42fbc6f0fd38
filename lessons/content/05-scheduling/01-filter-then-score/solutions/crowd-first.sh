mkdir -p ~/answers
kubectl get pods -l app=crowd -o jsonpath='{range .items[?(@.status.phase=="Running")]}{.metadata.name}{"\n"}{end}' | wc -l > ~/answers/fit
kubectl patch deployment crowd -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"255m"}}}]}}}}'
kubectl patch deployment big -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"2200m"}}}]}}}}'
kubectl rollout status deployment/big
kubectl create -f q.yaml
echo node-1, node-2 > ~/answers/passed
kubectl get pod q -o jsonpath='{.spec.nodeName}' > ~/answers/winner
