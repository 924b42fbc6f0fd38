# task: quarantine
# en: The list is right, but three Pods are all there are. A Pod that was deleted can tell nothing any more.
# ko: 목록은 맞지만 파드가 세 개뿐입니다. 지운 파드는 더 살펴볼 수 없습니다.
kubectl delete $(kubectl get pods -l app=web -o name | head -n 1)
