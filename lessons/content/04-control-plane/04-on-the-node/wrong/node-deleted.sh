# task: a-silent-node
# en: The Node object is deleted. The kubelet still cannot start, so nothing will register it again.
# ko: 노드 오브젝트를 지웠습니다. kubelet이 여전히 시작하지 못하니 다시 등록할 쪽이 없습니다.
kubectl delete node {{ lame }}
