# task: back
# en: ~/answers/left does not name just the Pods that stay on a drained node: those of DaemonSets.
# ko: ~/answers/left의 이름이 다릅니다. 드레인한 노드에는 데몬셋의 파드만 남습니다.
mkdir -p ~/answers
kubectl get pods -A --field-selector spec.nodeName={{ node }} -o jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}' > ~/answers/left
