# task: one-after-another
# en: In a copy a bad image took more than one node at a time: maxUnavailable is too high.
# ko: 복사본에서 고장 난 이미지 때문에 여러 노드가 한꺼번에 에이전트를 잃었습니다. maxUnavailable이 너무 큽니다.
kubectl delete -f ~/logs.yaml
sed -i -e 's/Deployment/DaemonSet/' -e '/replicas/d' -e 's/^  template:/  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n&/' ~/logs.yaml
kubectl apply -f ~/logs.yaml
kubectl patch daemonset logs -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"node-role.kubernetes.io/control-plane","operator":"Exists","effect":"NoSchedule"}]}}}}'
kubectl set env daemonset/logs LEVEL={{ level }}
