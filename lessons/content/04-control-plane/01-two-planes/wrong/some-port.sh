# task: open-all-the-same
# en: No Service of this namespace has the node port {{ port }}.
# ko: 이 네임스페이스에는 노드 포트가 {{ port }}번인 서비스가 없습니다.
kubectl patch service web -p '{"spec":{"type":"NodePort"}}'
