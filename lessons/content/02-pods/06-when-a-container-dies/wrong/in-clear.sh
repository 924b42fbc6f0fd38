# task: what-payment-lacks
# en: The value is in clear text in the template, for everybody who may see Pods. Take it from the Secret payment.
# ko: 값이 템플릿에 그대로 적혀 있어 파드를 볼 수 있는 사람은 모두 읽을 수 있습니다. 시크릿 payment에서 가져오세요.
kubectl set env deployment/payment {{ variable }}={{ value }}
