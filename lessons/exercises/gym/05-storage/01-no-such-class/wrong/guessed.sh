# task: cause
# en: Nobody has looked at the size yet: the claim waits for somebody who would make a volume of its kind.
# ko: 크기는 아직 아무도 보지 않았습니다. 클레임은 그런 종류의 볼륨을 만들어 줄 이를 기다립니다.
mkdir -p ~/answers; echo size > ~/answers/cause
