# task: who-may-push
# en: You made room by hand: batch wants fewer now. Next time it gets tight you are asleep. Let the scheduler decide by priority.
# ko: 손으로 자리를 만들었습니다. batch의 수가 줄었습니다. 다음에 자리가 모자랄 때는 자고 있을지도 모릅니다. 우선순위로 스케줄러가 정하게 하세요.
kubectl scale deployment batch --replicas=6
