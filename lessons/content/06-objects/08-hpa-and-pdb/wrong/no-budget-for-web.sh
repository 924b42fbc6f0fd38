# task: any-node
# en: Today the two copies of web happen to be on two nodes. Nothing keeps them apart tomorrow: give web a budget of its own.
# ko: 오늘은 web 둘이 마침 다른 노드에 있습니다. 내일도 그렇다는 보장이 없습니다. web에도 예산을 주세요.
kubectl patch hpa web -p '{"spec":{"minReplicas":2}}'
