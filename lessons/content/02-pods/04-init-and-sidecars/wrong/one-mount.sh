# task: handed-over
# en: There is a volume, and the file is not found in it at /cfg/motd. Does the init container mount it too, and write into that path?
# ko: 볼륨은 있지만 /cfg/motd에 파일이 없습니다. 초기화 컨테이너도 마운트하고 그 경로에 쓰나요?
kubectl patch deployment app --type=json -p '[{"op":"move","from":"/spec/template/spec/initContainers/1","path":"/spec/template/spec/initContainers/0"},{"op":"add","path":"/spec/template/spec/volumes","value":[{"name":"cfg","emptyDir":{}}]},{"op":"add","path":"/spec/template/spec/initContainers/-","value":{"name":"motd","image":"busybox:1.37","command":["sh","-c","mkdir /cfg; echo {{ word }} > /cfg/motd"]}},{"op":"add","path":"/spec/template/spec/containers/0/volumeMounts","value":[{"name":"cfg","mountPath":"/cfg"}]}]'
