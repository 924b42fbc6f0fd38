# task: survives
# en: In a copy a worker died, and eight minutes later too few were ready: the rule keeps a place for the dead zone.
# ko: 복사본에서 워커 하나가 죽고 8분이 지났는데 준비된 파드가 모자랍니다. 규칙이 죽은 영역의 자리를 비워 두고 있습니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"},{"op":"add","path":"/spec/template/spec/topologySpreadConstraints","value":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"{{ app }}"}},"matchLabelKeys":["pod-template-hash"]}]}]'
kubectl rollout status deployment {{ app }} --timeout=120s
