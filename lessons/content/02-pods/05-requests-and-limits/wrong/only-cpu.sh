# task: guaranteed
# en: steady is Burstable. Guaranteed takes requests and limits for CPU and for memory, each pair equal.
# ko: steady는 Burstable입니다. Guaranteed가 되려면 CPU와 메모리 모두 요청과 한도가 있고 서로 같아야 합니다.
kubectl set resources deployment steady --requests=cpu={{ cpu }}m --limits=cpu={{ cpu }}m
