kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' > corefile
printf '{{ zone }}:53 {\n    errors\n    hosts {\n        {{ address }} intranet.{{ zone }}\n    }\n}\n' >> corefile
kubectl -n kube-system create configmap coredns --from-file=Corefile=corefile --dry-run=client -o yaml | kubectl apply -f -
kubectl -n kube-system rollout restart deployment coredns
kubectl -n kube-system rollout status deployment coredns --timeout=120s
sleep 20
