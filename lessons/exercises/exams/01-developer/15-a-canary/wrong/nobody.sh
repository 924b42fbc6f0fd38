# task: share
# en: Of a hundred requests not between 10 and 30 went to 2.0. A Service shares by Pods: how many of each does it select?
# ko: 요청 100개 가운데 2.0이 답한 것이 10개에서 30개 사이가 아닙니다. 서비스는 파드 수대로 나눕니다. 어느 파드를 몇 개씩 고르는지 보세요.
cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ app }}-canary}
spec:
  replicas: 1
  selector: {matchLabels: {app: {{ app }}, track: canary}}
  template:
    metadata: {labels: {app: {{ app }}, track: canary}}
    spec: {containers: [{name: web, image: "kubelab/web:2.0"}]}
END
true
