# task: greeting-from-a-configmap
# en: The program of web does not run with --level={{ level }}. Add args to its container: ["--level=$(LEVEL)"].
# ko: web의 프로그램이 --level={{ level }} 인수로 실행되지 않습니다. 컨테이너에 args를 쓰세요. ["--level=$(LEVEL)"]입니다.
kubectl create configmap web-config --from-literal=greeting={{ first }} --from-literal=level={{ level }}
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","value":null,"valueFrom":{"configMapKeyRef":{"name":"web-config","key":"greeting"}}},{"name":"LEVEL","valueFrom":{"configMapKeyRef":{"name":"web-config","key":"level"}}}]}]}}}}'
