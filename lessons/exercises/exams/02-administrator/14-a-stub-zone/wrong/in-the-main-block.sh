# task: zone
# en: The name is answered, and not by a server block of its own: the Corefile has none for {{ zone }}.
# ko: 이름에는 답하지만 서버 블록이 따로 있지 않습니다. Corefile에 {{ zone }} 블록이 없습니다.
kubectl -n kube-system get configmap coredns -o yaml | sed 's/^\( *\)forward \(.*\)/\1hosts {\n\1    {{ address }} intranet.{{ zone }}\n\1    fallthrough\n\1}\n&/' | kubectl apply -f -
kubectl -n kube-system rollout restart deployment coredns
kubectl -n kube-system rollout status deployment coredns --timeout=120s
sleep 20
