kubectl delete -f ~/logs.yaml
sed -i -e 's/Deployment/DaemonSet/' -e '/replicas/d' ~/logs.yaml
kubectl apply -f ~/logs.yaml
kubectl patch daemonset logs -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"node-role.kubernetes.io/control-plane","operator":"Exists","effect":"NoSchedule"}]}}}}'
kubectl rollout status daemonset/logs
kubectl set env daemonset/logs LEVEL={{ level }}
