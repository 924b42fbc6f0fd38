# task: lose-a-node
# en: In a copy a worker lost its power, and 90 seconds later new calls to web still failed. Its Pods must not all be on one machine.
# ko: 복사본에서 워커 노드의 전원을 끊었더니 90초가 지나도 web을 부르는 새 연결이 실패했습니다. 파드가 모두 한 머신에 있으면 안 됩니다.
kubectl patch deployment web -p '{"spec":{"replicas":{{ replicas }},"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"node-2"}}}}}'
kubectl expose deployment/web --port=80 --target-port={{ port }}
