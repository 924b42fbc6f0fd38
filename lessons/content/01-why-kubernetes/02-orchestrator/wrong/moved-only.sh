# task: somebody-notices
# en: In a copy its node died, and seven minutes later nobody answered. Moving a Pod is not protecting it: it needs a controller that makes a new one.
# ko: 복사본에서 노드가 죽자 7분 뒤에도 아무도 답하지 않았습니다. 파드를 옮기는 것은 지키는 것이 아닙니다. 새로 만들어 줄 컨트롤러가 필요합니다.
sed -e '/affinity:/,/values:/d' -e 's/  containers:/  nodeSelector: {kubernetes.io\/hostname: node-1}\n  containers:/' alone.yaml > moved.yaml; kubectl replace --force -f moved.yaml
