# task: the-second-greeting
# en: The ConfigMap says it, and the Pods were started before. A variable is read once: `kubectl rollout restart deployment/web`.
# ko: 컨피그맵은 바뀌었지만 파드는 그전에 시작했습니다. 환경 변수는 한 번만 읽습니다. `kubectl rollout restart deployment/web`
kubectl create configmap web-config --from-literal=greeting={{ first }}
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","value":null,"valueFrom":{"configMapKeyRef":{"name":"web-config","key":"greeting"}}}]}]}}}}'
kubectl rollout status deployment/web
kubectl patch configmap web-config -p '{"data":{"greeting":"{{ second }}"}}'
