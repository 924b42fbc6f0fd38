# task: and-not-or
# en: In a copy a Pod in guest took the label app={{ caller }}, and db let it in. With an empty namespaceSelector a label from anywhere will do.
# ko: 복사본에서 guest의 파드에 app={{ caller }} 레이블을 붙였더니 db가 들여보냈습니다. namespaceSelector가 비어 있으면 어느 곳의 레이블이든 통합니다.
kubectl patch networkpolicy db-in --type=merge -p '{"spec":{"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"{{ caller }}"}},"namespaceSelector":{}}]}]}}'
