# task: mended
# en: Nobody asks any more whether a Pod is ready: at the next rollout callers meet Pods that are still starting.
# ko: 이제 파드가 준비되었는지 묻는 것이 없습니다. 다음 롤아웃에서는 아직 시작 중인 파드로 요청이 갑니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/readinessProbe"}]'
