# task: cause
# en: The quota lets them in: the Pods exist. They wait for a node with room for what they ask.
# ko: 쿼터는 들여보냈습니다. 파드는 있습니다. 요청한 만큼 자리가 있는 노드를 기다리고 있습니다.
mkdir -p ~/answers; echo quota > ~/answers/cause
