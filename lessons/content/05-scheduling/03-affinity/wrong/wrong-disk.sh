# task: must
# en: The rule is strict now, and db is elsewhere all the same. Compare the rule's label with the nodes': `kubectl get nodes -L {{ key }}`
# ko: 규칙은 엄격해졌지만 db가 다른 곳에 있습니다. 규칙의 레이블과 노드의 레이블을 비교하세요. `kubectl get nodes -L {{ key }}`
kubectl patch deployment db -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"{{ key }}","operator":"In","values":["hdd"]}]}]}}}}}}}'
