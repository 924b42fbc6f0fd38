# task: greeting-from-a-configmap
# en: The program was given the text itself: only $(LEVEL) is replaced, with round brackets, and only when LEVEL is in env.
# ko: 프로그램이 글자 그대로 받았습니다. 둥근 괄호를 쓴 $(LEVEL)만 바뀌고, env에 LEVEL이 있어야 합니다.
kubectl create configmap web-config --from-literal=greeting={{ first }} --from-literal=level={{ level }}
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","args":["--level=${LEVEL}"],"env":[{"name":"GREETING","value":null,"valueFrom":{"configMapKeyRef":{"name":"web-config","key":"greeting"}}},{"name":"LEVEL","valueFrom":{"configMapKeyRef":{"name":"web-config","key":"level"}}}]}]}}}}'
