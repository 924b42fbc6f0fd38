# task: cause
# en: The new Pods run version 1.1 and do not crash. They are asked something that they do not know.
# ko: 새 파드는 1.1로 실행 중이고 죽지도 않습니다. 모르는 것을 질문받고 있습니다.
mkdir -p ~/answers; echo image > ~/answers/cause
