# task: how-many-addresses
# en: Count again: an address belongs to the Pod, and all containers inside share it. `kubectl get pods -o wide` shows them.
# ko: 다시 세어 보세요. 주소는 파드에 하나 있고 안의 컨테이너가 함께 씁니다. `kubectl get pods -o wide`에 나옵니다.
mkdir -p ~/answers
kubectl get pods -l app=band -o jsonpath='{.items[*].spec.containers[*].name}' | wc -w > ~/answers/ips
