mkdir -p ~/answers; echo antiaffinity > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/affinity","value":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":{"labelSelector":{"matchLabels":{"app":"{{ app }}"}},"topologyKey":"kubernetes.io/hostname"}}]}}}]'
kubectl patch deployment {{ app }} -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":2}}}}'
kubectl rollout status deployment {{ app }} --timeout=120s
