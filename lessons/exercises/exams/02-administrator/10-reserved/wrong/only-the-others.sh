# task: alone
# en: In a copy somebody else's Pods came, and some went to {{ node }}: the node itself has to refuse them.
# ko: 복사본에서 다른 사람의 파드가 오자 {{ node }} 노드에도 갔습니다. 노드가 스스로 거절해야 합니다.
kubectl patch deployment others -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"NotIn","values":["{{ node }}"]}]}]}}}}}}}'
kubectl rollout status deployment others --timeout=90s
