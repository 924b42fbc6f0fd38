# task: cause
# en: Its node is up, and its kubelet has long stopped the container: something else must say that it may go.
# ko: 노드는 살아 있고 kubelet은 컨테이너를 벌써 멈췄습니다. 보내도 된다고 말해야 할 것이 따로 있습니다.
mkdir -p ~/answers; echo node > ~/answers/cause
