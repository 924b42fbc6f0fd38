# task: mend-the-typo
# en: The Pod is gone, and with it the thing that was to run. Change its image instead of deleting it.
# ko: 파드가 사라져서 실행할 것도 없어졌습니다. 지우지 말고 이미지를 바꾸세요.
kubectl delete pod typo
