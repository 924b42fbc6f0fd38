kubectl patch service api -p '{"spec":{"selector":{"tier":"{{ tier }}end"}}}'
kubectl get deployment api -o yaml | sed 's#path: /healthy#path: /healthz#' | kubectl apply -f -
kubectl label $(kubectl get pods -l app=web -o name | tail -n 1) app-
cat > legacy.yaml <<END
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: old-machine
  labels: {kubernetes.io/service-name: legacy}
addressType: IPv4
ports: [{name: http, port: {{ port }}}]
endpoints:
- addresses: ["192.0.2.{{ host }}"]
  conditions: {ready: true}
---
apiVersion: v1
kind: Service
metadata: {name: legacy}
spec:
  clusterIP: ""
  ports: [{name: http, port: 80, targetPort: {{ port }}}]
END
kubectl create -f legacy.yaml
