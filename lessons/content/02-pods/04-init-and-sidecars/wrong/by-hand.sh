# task: handed-over
# en: The file is there, and no init container has written it. Made by hand, it goes with the Pod.
# ko: 파일은 있지만 초기화 컨테이너가 쓴 것이 아닙니다. 손으로 만든 파일은 파드와 함께 사라집니다.
kubectl patch deployment app --type=json -p '[
  {"op":"add","path":"/spec/template/spec/volumes","value":[{"name":"cfg","emptyDir":{}}]},
  {"op":"add","path":"/spec/template/spec/initContainers/-","value":{"name":"motd","image":"busybox:1.37","command":["true"]}},
  {"op":"add","path":"/spec/template/spec/containers/0/volumeMounts","value":[{"name":"cfg","mountPath":"/cfg"}]}]'
kubectl rollout status deployment/app --timeout=120s
sleep 5
kubectl exec deploy/app -c app -- sh -c 'echo {{ word }} > /cfg/motd'
