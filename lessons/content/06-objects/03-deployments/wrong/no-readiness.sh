# task: nobody-notices
# en: In a copy we rolled out 2.0, and requests met Pods that were not listening yet. A new Pod counts as ready the moment it starts: give it a readinessProbe on /ready.
# ko: 복사본에서 2.0을 롤아웃하자 아직 듣지 않는 파드에 요청이 갔습니다. 새 파드는 시작하자마자 준비된 것으로 칩니다. /ready를 보는 readinessProbe를 쓰세요.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
