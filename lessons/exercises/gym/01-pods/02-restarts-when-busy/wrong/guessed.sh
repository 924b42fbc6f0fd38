# task: cause
# en: No container was killed for memory: the last state says who ended it, and the Events say why.
# ko: 메모리 때문에 죽은 컨테이너는 없습니다. 누가 끝냈는지는 마지막 상태에, 까닭은 이벤트에 있습니다.
mkdir -p ~/answers; echo memory > ~/answers/cause
