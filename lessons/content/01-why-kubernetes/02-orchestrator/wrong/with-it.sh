# task: grow-without-it
# en: {{ node }} is up. The question is what crew does without it.
# ko: {{ node }} 노드가 켜져 있습니다. 없을 때 crew가 어떻게 하는지가 과제입니다.
kubectl scale deployment crew --replicas={{ replicas }}
