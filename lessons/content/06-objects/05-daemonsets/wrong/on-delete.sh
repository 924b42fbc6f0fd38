# task: one-after-another
# en: With OnDelete the template waits until somebody deletes the old Pods. RollingUpdate replaces them one node after another.
# ko: OnDelete에서는 누가 예전 파드를 지워야 새 템플릿이 쓰입니다. RollingUpdate는 노드를 하나씩 돌며 바꿉니다.
kubectl delete deployment logs
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' ~/logs.yaml | kubectl apply -f -
kubectl patch daemonset logs -p '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'
kubectl set env daemonset/logs LEVEL={{ level }}
