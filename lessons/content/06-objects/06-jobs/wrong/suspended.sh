# task: one-at-a-time
# en: Quiet, but not mended: while it is suspended, nothing runs at all.
# ko: 조용하지만 나은 것은 아닙니다. 일시 중지한 동안에는 아무것도 실행되지 않습니다.
kubectl patch cronjob nightly -p '{"spec":{"suspend":true}}'
