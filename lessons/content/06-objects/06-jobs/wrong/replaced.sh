# task: one-at-a-time
# en: Now each run is stopped by the next one, a minute after it began, and none gets to its end.
# ko: 이제 1분마다 다음 실행이 앞의 것을 멈춥니다. 끝까지 가는 실행이 없습니다.
kubectl patch cronjob nightly -p '{"spec":{"concurrencyPolicy":"Replace"}}'
