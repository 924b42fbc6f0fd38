cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ app }}-canary}
spec:
  replicas: 2
  selector: {matchLabels: {app: {{ app }}, track: canary}}
  template:
    metadata: {labels: {app: {{ app }}, track: canary}}
    spec: {containers: [{name: web, image: "kubelab/web:2.0"}]}
END
kubectl scale deployment {{ app }} --replicas=8
kubectl set selector service {{ app }} app={{ app }}
kubectl rollout status deployment {{ app }} --timeout=60s
