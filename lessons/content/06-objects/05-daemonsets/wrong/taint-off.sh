# task: the-control-plane-too
# en: cp-1 has lost its taint: now everybody's Pods may crowd the control plane. Put it back, and let logs bear it.
# ko: cp-1의 테인트가 없어졌습니다. 이제 아무 파드나 컨트롤 플레인에 올 수 있습니다. 다시 붙이고 logs가 견디게 하세요.
kubectl delete deployment logs
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' ~/logs.yaml | kubectl apply -f -
kubectl taint node cp-1 node-role.kubernetes.io/control-plane-
