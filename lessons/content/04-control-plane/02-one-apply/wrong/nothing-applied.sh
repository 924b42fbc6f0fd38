# task: who-wrote-it
# en: There is no web yet: apply ~/web.yaml, so that there is something to follow.
# ko: 아직 web이 없습니다. 따라갈 것이 있도록 ~/web.yaml을 적용하세요.
mkdir -p ~/answers; echo deployment-controller replicaset-controller kube-scheduler > ~/answers/writers
