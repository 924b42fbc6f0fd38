# task: a-deaf-node
# en: The Service is fine as it is. Nobody on {{ mute }} translates its address: see to kube-proxy.
# ko: 서비스에는 문제가 없습니다. {{ mute }} 노드에 주소를 바꿔 줄 쪽이 없습니다. kube-proxy를 보세요.
kubectl expose deployment web --name=fresher --port=80 --target-port=8080
