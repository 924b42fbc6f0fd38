# task: say-it-first
# en: Your answers stand. Now create q from ~/q.yaml and see.
# ko: 답은 적혀 있습니다. 이제 ~/q.yaml로 q를 만들어서 확인하세요.
mkdir -p ~/answers; echo node-1 node-2 > ~/answers/passed; echo node-2 > ~/answers/winner
