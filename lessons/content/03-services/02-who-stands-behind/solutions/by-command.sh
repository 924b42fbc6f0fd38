kubectl set selector service api app=api,tier={{ tier }}end
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","readinessProbe":{"httpGet":{"path":"/ready"}}}]}}}}'
pod=$(kubectl get pods -l app=web -o name | head -n 1)
kubectl label $pod app=quarantine --overwrite
cat <<END | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: legacy}
spec:
  ports: [{port: 80, targetPort: {{ port }}}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: legacy-1
  labels: {kubernetes.io/service-name: legacy}
addressType: IPv4
ports: [{port: {{ port }}}]
endpoints:
- addresses: ["192.0.2.{{ host }}"]
END
kubectl rollout status deployment/api
