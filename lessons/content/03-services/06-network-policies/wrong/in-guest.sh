# task: and-not-or
# en: A policy protects the Pods of its own namespace. One in guest cannot keep anybody out of shop.
# ko: 폴리시는 자기 네임스페이스의 파드를 지킵니다. guest에 두면 shop에 들어오는 것을 막지 못합니다.
sed 's/name: db-in/name: db-in\n  namespace: guest/' db-in.yaml | kubectl apply -f -
