# task: who-wrote-it
# en: A kubelet starts what was bound to its node. It neither makes Pods nor chooses nodes.
# ko: kubelet은 자기 노드에 바인딩된 것을 시작합니다. 파드를 만들거나 노드를 고르지 않습니다.
kubectl apply -f web.yaml; mkdir -p ~/answers; echo deployment-controller replicaset-controller kubelet > ~/answers/writers
