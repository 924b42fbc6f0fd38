# task: mended
# en: They run, and nothing keeps them apart any more: after the next restart all four may sit on one machine.
# ko: 실행은 되지만 이제 나누어 주는 것이 없습니다. 다음에 다시 시작하면 넷이 모두 한 머신에 앉을 수도 있습니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/affinity","value":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"labelSelector":{"matchLabels":{"app":"buoy"}},"topologyKey":"kubernetes.io/hostname"}}]}}}]'
kubectl delete pod -l app={{ app }} --now
