for n in {{ one }} {{ two }}; do
kubectl apply -f - <<END
apiVersion: v1
kind: Namespace
metadata: {name: $n}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: $n}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.29"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: $n}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: modest, namespace: team-a}
spec: {limits: [{type: Container, defaultRequest: {cpu: {{ default }}}}]}
END
done
kubectl patch deployment shop -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"0.2"}}}]}}}}'
kubectl scale deployment shop --replicas=0
sleep 20
kubectl scale deployment shop --replicas=5
