# task: why-pending
# en: The taint keeps everybody away from cp-1 alone. Read on in the same line: what do the other three nodes lack?
# ko: 테인트는 cp-1 한 대만 막습니다. 같은 줄을 더 읽어 봅니다. 나머지 세 노드에는 무엇이 모자랄까요?
mkdir -p ~/answers
echo taint > ~/answers/heavy
