# task: and-not-or
# en: web still reaches db. Two entries under `from` are alternatives, and `podSelector: {}` is everybody in this namespace. Make it one entry.
# ko: web이 아직 db에 닿습니다. `from` 아래의 항목은 서로 다른 선택지이고, `podSelector: {}`는 이 네임스페이스의 누구든지입니다. 한 항목으로 쓰세요.
sed -i 's/matchLabels: {app: {{ caller }}}/matchLabels: {}/' db-in.yaml; kubectl apply -f db-in.yaml
