# task: cause
# en: Only the control plane carries a taint, and that is as it should be. Each worker says something else.
# ko: 테인트가 있는 것은 컨트롤 플레인뿐이고, 있어야 할 테인트입니다. 워커 노드에는 다른 까닭이 적혀 있습니다.
mkdir -p ~/answers; echo taint > ~/answers/cause
