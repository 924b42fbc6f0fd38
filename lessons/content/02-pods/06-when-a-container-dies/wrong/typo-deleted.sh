# task: the-right-word
# en: The Pod is gone, and with it the thing that was to run. Make it again with the right command.
# ko: 파드가 사라져서 실행할 것도 없어졌습니다. 명령을 고쳐서 다시 만드세요.
kubectl delete pod typo
