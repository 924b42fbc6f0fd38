# task: how-long-it-takes
# en: That is how long until the node counts as NotReady. Until its Pods are replaced, 300 seconds more pass.
# ko: 노드가 NotReady가 될 때까지의 시간을 썼습니다. 파드가 교체되려면 300초가 더 지나야 합니다.
ssh {{ node }} poweroff; sleep 380; mkdir -p ~/answers; echo 48 > ~/answers/gap
