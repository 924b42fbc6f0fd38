# task: somebody-notices
# en: Faster after a power cut, and now every hiccup of the network moves Pods: those 300 seconds are there to wait for a node that comes back.
# ko: 정전 뒤에는 더 빠르지만, 이제 네트워크가 잠깐만 끊겨도 파드가 교체됩니다. 300초는 노드가 돌아오기를 기다리는 시간입니다.
kubectl delete pod alone
cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: alone}
spec:
  selector: {matchLabels: {app: alone}}
  template:
    metadata: {labels: {app: alone}}
    spec:
      tolerations:
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 0}
      - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 0}
      containers: [{name: web, image: "kubelab/web:1.0"}]
END
