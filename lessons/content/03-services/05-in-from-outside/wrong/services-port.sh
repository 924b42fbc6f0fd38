# task: a-port-on-every-node
# en: {{ port }} is the Service's own port now. The port of the nodes is called nodePort.
# ko: {{ port }}번은 서비스 자신의 포트가 되었습니다. 노드의 포트는 nodePort입니다.
kubectl patch service shop --type=merge -p '{"spec":{"type":"NodePort","ports":[{"port":{{ port }},"targetPort":8080}]}}'
