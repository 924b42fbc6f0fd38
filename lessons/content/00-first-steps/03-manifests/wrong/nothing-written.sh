# task: a-file-of-your-own
# en: The Service is there, and nothing is written down. Put it into ~/svc.yaml, so that it can be made again.
# ko: 서비스는 있지만 적어 둔 것이 없습니다. 다시 만들 수 있도록 ~/svc.yaml에 쓰세요.
kubectl expose deployment web --port=80 --target-port=8080
