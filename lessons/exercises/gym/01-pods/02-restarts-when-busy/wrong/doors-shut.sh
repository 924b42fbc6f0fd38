# task: mended
# en: Nobody comes through any more, and so it is quiet: the Service has lost its Pods.
# ko: 아무도 들어오지 못하니 조용할 뿐입니다. 서비스가 파드를 잃었습니다.
kubectl patch service {{ app }} -p '{"spec":{"selector":{"app":"nobody"}}}'
kubectl rollout restart deployment {{ app }}
