# task: what-goes-on
# en: Traffic is one. There is another that a node can do all by itself.
# ko: 트래픽은 맞습니다. 노드가 혼자 할 수 있는 일이 하나 더 있습니다.
mkdir -p ~/answers; echo A > ~/answers/still
