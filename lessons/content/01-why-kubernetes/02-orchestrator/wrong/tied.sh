# task: somebody-notices
# en: In a copy a node died, and the Pod that should take over has nowhere to go: it is tied to one node.
# ko: 복사본에서 노드가 죽었는데 뒤를 이을 파드가 갈 곳이 없습니다. 노드 하나에 묶여 있습니다.
kubectl create deployment alone --image=kubelab/web:1.0 --dry-run=client -o yaml > d.yaml
kubectl patch --local -f d.yaml -p '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"node-1"}}}}}' -o yaml | kubectl apply -f -
kubectl delete pod alone
