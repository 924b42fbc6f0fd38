# task: five-in-the-budget
# en: The budget was given. It is the requests of shop that are too generous.
# ko: 예산은 정해져 있습니다. 너무 큰 것은 shop의 요청량입니다.
kubectl patch resourcequota budget -p '{"spec":{"hard":{"requests.cpu":"4"}}}'
