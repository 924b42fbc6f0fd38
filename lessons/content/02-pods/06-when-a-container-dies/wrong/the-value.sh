# task: what-payment-lacks
# en: That is the value, and now it lies about in a file. The name of the variable was asked for: the last log of payment says it.
# ko: 값을 썼습니다. 이제 값이 파일에 그대로 남았습니다. 변수의 이름을 쓰세요. payment의 마지막 로그에 나옵니다.
mkdir -p ~/answers; echo {{ value }} > ~/answers/payment
kubectl set env deployment/payment --from=secret/payment
