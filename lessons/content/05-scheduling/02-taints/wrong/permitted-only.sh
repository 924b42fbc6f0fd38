# task: a-node-of-its-own
# en: In a copy node-3 took no new Pods, and train went to another node. A toleration only permits: let train seek the node as well.
# ko: 복사본에서 node-3이 새 파드를 받지 않자 train이 다른 노드로 갔습니다. 톨러레이션은 허락할 뿐입니다. train이 노드를 찾아가게도 하세요.
kubectl patch deployment train -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"{{ hardware }}","operator":"Exists"}]}}}}'
