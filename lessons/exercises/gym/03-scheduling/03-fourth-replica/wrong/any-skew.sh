# task: mended
# en: A rule is there, and it lets one node have them all: spread over kubernetes.io/hostname, by a skew of 1 or 2.
# ko: 규칙은 있지만 한 노드에 모두 있어도 되는 규칙입니다. kubernetes.io/hostname을 기준으로, 차이는 1이나 2까지만 허용하세요.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/affinity"},{"op":"add","path":"/spec/template/spec/topologySpreadConstraints","value":[{"maxSkew":4,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"{{ app }}"}}}]}]'
kubectl scale deployment {{ app }} --replicas=0
kubectl wait --for=delete pod -l app={{ app }} --timeout=60s
kubectl scale deployment {{ app }} --replicas=4
