# task: a-node-of-its-own
# en: In a copy node-3 got a taint of another kind, and train stayed all the same: it tolerates everything, also a dead node. Name the key.
# ko: 복사본에서 node-3에 다른 테인트를 붙였는데 train이 그대로 남았습니다. 모든 테인트를 견디고 있어서 죽은 노드에도 남습니다. 키를 쓰세요.
kubectl patch deployment train -p '{"spec":{"template":{"spec":{"nodeSelector":{"{{ hardware }}":"true"},"tolerations":[{"operator":"Exists"}]}}}}'
