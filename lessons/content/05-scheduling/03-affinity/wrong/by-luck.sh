# task: apart
# en: Nothing keeps web apart: where its copies are is luck. Give it a topologySpreadConstraint over topology.kubernetes.io/zone.
# ko: web을 나누어 두는 규칙이 없습니다. 어디에 있든 운입니다. topology.kubernetes.io/zone을 기준으로 topologySpreadConstraints를 쓰세요.
kubectl rollout restart deployment/web
