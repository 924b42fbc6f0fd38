# task: handed-over
# en: The container app mounts nothing: what an init container writes into its own layer, nobody else sees. Mount the same volume in both.
# ko: app 컨테이너가 마운트한 것이 없습니다. 초기화 컨테이너가 자기 레이어에 쓴 것은 아무도 보지 못합니다. 같은 볼륨을 둘 다 마운트하세요.
kubectl patch deployment app --type=json -p '[{"op":"move","from":"/spec/template/spec/initContainers/1","path":"/spec/template/spec/initContainers/0"},{"op":"add","path":"/spec/template/spec/initContainers/-","value":{"name":"motd","image":"busybox:1.37","command":["sh","-c","mkdir /cfg; echo {{ word }} > /cfg/motd"]}}]'
