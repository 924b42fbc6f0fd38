# task: how-long-it-takes
# en: The Pod of crew on {{ node }} still counts there. Patience: five minutes after NotReady it is given up.
# ko: {{ node }} 노드에 있던 crew의 파드가 아직 있는 것으로 되어 있습니다. NotReady가 되고 5분이 지나야 포기합니다.
ssh {{ node }} poweroff; mkdir -p ~/answers; echo 355 > ~/answers/gap
