# task: mend-in-place
# en: The Pod is gone, and with it the thing that was to run. Start over, and change its image instead.
# ko: 파드가 사라져서 실행할 것도 없어졌습니다. 처음부터 다시 하고, 이번에는 이미지를 바꿉니다.
kubectl delete pod typo
