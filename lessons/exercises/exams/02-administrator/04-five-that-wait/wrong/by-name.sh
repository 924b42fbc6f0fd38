# task: mended
# en: It got its node by nodeName, past the scheduler.
# ko: 스케줄러를 거치지 않고 nodeName으로 노드를 정했습니다.
kubectl delete pod a b c
for pod in a b c; do kubectl run $pod --image=kubelab/web:1.0 --overrides='{"spec":{"nodeName":"node-1"}}'; done
