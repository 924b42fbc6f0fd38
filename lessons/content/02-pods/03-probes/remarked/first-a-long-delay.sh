# task: let-slow-start
# en: It works by waiting. A copy that is up sooner goes unwatched until the delay is over; a startupProbe ends as soon as it is up.
# ko: 기다려서 되기는 합니다. 먼저 뜬 파드도 그 시간이 다 갈 때까지 아무도 보지 않습니다. 스타트업 프로브는 뜨는 대로 끝납니다.
kubectl patch deployment slow -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"initialDelaySeconds":110}}]}}}}'
