# task: cause
# en: You can log in to it, so it has power, and the network leads there. Its kubelet even says what it misses.
# ko: 로그인이 되니 전원도 네트워크도 있습니다. kubelet은 무엇이 없는지까지 말하고 있습니다.
mkdir -p ~/answers; echo power > ~/answers/cause
