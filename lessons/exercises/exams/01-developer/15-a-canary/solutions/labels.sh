cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ app }}-canary}
spec:
  replicas: 1
  selector: {matchLabels: {app: {{ app }}, track: canary}}
  template:
    metadata: {labels: {app: {{ app }}, track: canary}}
    spec: {containers: [{name: web, image: "kubelab/web:2.0"}]}
END
kubectl patch service {{ app }} --type=json -p '[{"op":"remove","path":"/spec/selector/track"}]'
kubectl rollout status deployment {{ app }}-canary --timeout=60s
