# task: a-node-of-its-own
# en: With nodeName nobody schedules at all: no filter, no score, no taint is asked. Say what the node must be, not its name in that field.
# ko: nodeName을 쓰면 스케줄링을 건너뜁니다. 필터도 스코어도 테인트도 보지 않습니다. 이름을 박지 말고 어떤 노드여야 하는지 쓰세요.
kubectl patch deployment train -p '{"spec":{"template":{"spec":{"nodeName":"node-3"}}}}'
