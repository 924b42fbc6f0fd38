# task: runs
# en: There is a Pod of that name, and somebody made it through the API. The kubelet of {{ at }} runs this part itself, from a file on its machine.
# ko: 그런 이름의 파드는 있지만 누군가 API로 만든 것입니다. 이 부분은 {{ at }}의 kubelet이 그 머신에 있는 파일을 보고 직접 실행합니다.
kubectl run {{ component }}-{{ at }} -n kube-system --image=kubelab/web:1.0 --overrides='{"spec":{"nodeName":"node-1"}}'
kubectl wait -n kube-system --for=condition=Ready pod/{{ component }}-{{ at }} --timeout=60s
