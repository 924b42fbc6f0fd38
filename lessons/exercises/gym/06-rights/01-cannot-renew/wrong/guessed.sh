# task: cause
# en: patch is among the verbs. Read the message to its end, and compare it with the rule word by word.
# ko: 동사에 patch가 있습니다. 메시지를 끝까지 읽고 규칙과 한 낱말씩 비교하세요.
mkdir -p ~/answers; echo verb > ~/answers/cause
