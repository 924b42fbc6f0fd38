# task: cause
# en: Ask from stores: the same server answers there. What is different about this namespace?
# ko: stores에서 물어보세요. 같은 서버가 거기에서는 답합니다. 이 네임스페이스는 무엇이 다를까요?
mkdir -p ~/answers; echo coredns > ~/answers/cause
