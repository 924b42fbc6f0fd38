# task: one-on-every-worker
# en: An agent that reads needs no pen: mount /var/log/pods with readOnly: true.
# ko: 읽기만 하는 에이전트에는 쓸 권한이 필요 없습니다. /var/log/pods를 readOnly: true로 마운트하세요.
kubectl delete deployment logs
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' -e '/readOnly/d' ~/logs.yaml | kubectl apply -f -
