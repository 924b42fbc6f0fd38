# task: cause
# en: Nothing has crashed: the init container runs, and says in its log what it is waiting for.
# ko: 죽은 것은 없습니다. 초기화 컨테이너는 실행 중이고, 무엇을 기다리는지 로그에 말하고 있습니다.
mkdir -p ~/answers; echo crash > ~/answers/cause
