# task: cause
# en: The new Pod has a node in the right zone. What it waits for is the volume itself: read the Events to the end.
# ko: 새 파드는 맞는 영역의 노드를 얻었습니다. 기다리는 것은 볼륨 자체입니다. 이벤트를 끝까지 읽어 보세요.
mkdir -p ~/answers; echo zone > ~/answers/cause
