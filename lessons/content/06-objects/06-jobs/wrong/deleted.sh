# task: one-at-a-time
# en: There is no nightly any more, so nothing runs at all.
# ko: nightly가 없어져서 아무것도 실행되지 않습니다.
kubectl delete cronjob nightly
