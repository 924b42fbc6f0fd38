# task: say-it-first
# en: node-1 is idle, and that is not what counts: by requests it is the fullest. See Allocated resources.
# ko: node-1은 한가하지만 스케줄러는 한가한지를 보지 않습니다. 요청으로 보면 가장 많이 찬 노드입니다. Allocated resources를 보세요.
mkdir -p ~/answers; echo node-1 node-2 > ~/answers/passed; echo node-1 > ~/answers/winner; kubectl apply -f q.yaml
