# task: cause
# en: Decode what the Secret holds: it is the new word, and it is well written. Who has read it since?
# ko: 시크릿의 값을 디코드해 보세요. 새 낱말이고 제대로 쓰였습니다. 그 뒤로 누가 읽었을까요?
mkdir -p ~/answers; echo encoding > ~/answers/cause
