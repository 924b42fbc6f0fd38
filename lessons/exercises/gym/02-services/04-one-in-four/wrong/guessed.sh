# task: cause
# en: Both images are what their owners want. The question is why customers of one reach the other.
# ko: 두 이미지 모두 주인이 원한 것입니다. 한쪽 손님이 왜 다른 쪽에 닿는지가 문제입니다.
mkdir -p ~/answers; echo image > ~/answers/cause
