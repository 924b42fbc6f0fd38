# task: mended
# en: You taught one app to put up with it. Everybody else still meets closed doors: open the node.
# ko: 앱 하나만 참게 했습니다. 다른 것들은 여전히 닫힌 문을 만납니다. 노드를 여세요.
kubectl uncordon {{ cordoned }}
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"{{ key }}","operator":"Exists"}]}}}}'
