# task: mended
# en: It runs, and the scheduler now believes that it needs nothing: on a busy node it will starve.
# ko: 실행은 되지만 스케줄러는 아무것도 필요 없다고 믿습니다. 바쁜 노드에서는 굶게 됩니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/resources"}]'
