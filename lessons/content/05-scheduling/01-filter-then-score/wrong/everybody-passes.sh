# task: say-it-first
# en: On node-3 the crowd stands: look at its Allocated resources.
# ko: node-3에는 crowd가 들어차 있습니다. Allocated resources를 보세요.
mkdir -p ~/answers; echo node-1 node-2 node-3 > ~/answers/passed; echo node-2 > ~/answers/winner; kubectl apply -f q.yaml
