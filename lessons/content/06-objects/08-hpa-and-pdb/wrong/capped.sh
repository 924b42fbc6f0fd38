# task: grow-with-load
# en: In a copy {{ millicores }}m of work came, and the HPA stopped at its maxReplicas: you capped the cure.
# ko: 복사본에서 {{ millicores }}m의 일이 들어오자 HPA가 maxReplicas에서 멈췄습니다. 약을 먹지 못하게 막은 셈입니다.
kubectl set resources deployment web --requests=cpu=200m
kubectl patch hpa web -p '{"spec":{"maxReplicas":2}}'
