# task: the-second-greeting
# en: web greets as it should, and GREETING does not come from a ConfigMap: the next change would again be one of the manifest.
# ko: web의 인사말은 맞지만 GREETING이 컨피그맵에서 오지 않습니다. 다음에 바꿀 때도 매니페스트를 고쳐야 합니다.
kubectl set env deployment/web GREETING={{ second }}
kubectl rollout status deployment/web
