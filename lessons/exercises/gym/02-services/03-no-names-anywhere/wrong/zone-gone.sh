# task: mended
# en: Names work again, but the partner's zone is gone: your colleague wanted it, and only misspelt one word.
# ko: 이름은 다시 되지만 협력사 존이 사라졌습니다. 동료는 그 존이 필요했고 낱말 하나를 잘못 썼을 뿐입니다.
kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | sed '/{{ zone }}/,$d; s/redy/ready/; s/loadblance/loadbalance/; s/relod/reload/' > corefile
kubectl -n kube-system create configmap coredns --from-file=Corefile=corefile --dry-run=client -o yaml | kubectl apply -f -
kubectl -n kube-system rollout restart deployment coredns
kubectl -n kube-system delete pod -l k8s-app=kube-dns --now
