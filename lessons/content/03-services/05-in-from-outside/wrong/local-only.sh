# task: a-port-on-every-node
# en: {{ empty }} does not answer on that port. With externalTrafficPolicy Local only nodes with a Pod do; every node was asked for.
# ko: {{ empty }} 노드가 그 포트에서 답하지 않습니다. externalTrafficPolicy가 Local이면 파드가 있는 노드만 답합니다. 모든 노드가 답해야 합니다.
kubectl patch service shop -p '{"spec":{"type":"NodePort","externalTrafficPolicy":"Local","ports":[{"port":80,"targetPort":8080,"nodePort":{{ port }}}]}}'
