# task: and-not-or
# en: Without any policy everything is open. Mend db-in, or put another in its place.
# ko: 폴리시가 없으면 모두 열립니다. db-in을 고치거나 다른 것으로 바꾸세요.
kubectl delete networkpolicy db-in
