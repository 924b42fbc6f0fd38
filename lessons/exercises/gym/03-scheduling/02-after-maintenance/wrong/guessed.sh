# task: cause
# en: Nine times 700m fits on three workers of 3900m. Two of the three do not take anything.
# ko: 700m 아홉 개는 3900m짜리 워커 셋에 들어갑니다. 셋 가운데 둘이 아무것도 받지 않습니다.
mkdir -p ~/answers; echo requests > ~/answers/cause
