# task: greeting-from-a-configmap
# en: The argument is right, and typed into the template. Give LEVEL its value from the ConfigMap, and let the argument name it: --level=$(LEVEL).
# ko: 인수는 맞지만 템플릿에 직접 적혀 있습니다. 컨피그맵에서 LEVEL 환경 변수로 가져오고, 인수에는 --level=$(LEVEL)이라고 쓰세요.
kubectl create configmap web-config --from-literal=greeting={{ first }} --from-literal=level={{ level }}
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","args":["--level={{ level }}"],"env":[{"name":"GREETING","value":null,"valueFrom":{"configMapKeyRef":{"name":"web-config","key":"greeting"}}}]}]}}}}'
