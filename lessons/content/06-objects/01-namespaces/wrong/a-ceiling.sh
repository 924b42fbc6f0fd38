# task: a-default-for-all
# en: Now nobody in team-a may ask for more than that: in a copy a Pod that requests 200m was refused. Give a default (defaultRequest), not a ceiling.
# ko: 이제 team-a에서는 그보다 많이 요청할 수 없습니다. 복사본에서 200m을 요청한 파드가 거부되었습니다. 상한이 아니라 기본값(defaultRequest)을 정하세요.
kubectl apply -f - <<END
apiVersion: v1
kind: LimitRange
metadata: {name: modest}
spec: {limits: [{type: Container, max: {cpu: {{ default }}}}]}
END
