# task: let-it-end
# en: Now it does not run at all. It is to run once, and end.
# ko: 이제는 아예 실행되지 않습니다. 한 번 실행되고 끝나야 합니다.
kubectl delete pod oneshot
