# task: five-in-the-budget
# en: The request is right, but the rollout waits for room beside the old Pods, with ever longer pauses. Scale shop to 0 and back to 5: that makes room.
# ko: 요청량은 맞지만, 예전 파드 옆에 자리가 없어 롤아웃이 점점 더 오래 기다립니다. shop을 0개로 줄였다가 다시 5개로 늘리면 자리가 납니다.
kubectl set resources deployment shop --requests=cpu=400m
