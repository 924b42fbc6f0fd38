# task: mended
# en: The word is there because it was typed in: what {{ app }} writes goes with its Pod now, and the rest of the volume is out of reach.
# ko: 그 낱말은 직접 적어 넣어서 있을 뿐입니다. 이제 {{ app }}에서 쓴 것은 파드와 함께 사라지고, 볼륨의 나머지에는 닿지 못합니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/volumes/0","value":{"name":"data","emptyDir":{}}},{"op":"add","path":"/spec/template/spec/initContainers","value":[{"name":"word","image":"busybox:1.37","command":["sh","-c","echo {{ word }} > /data/word"],"volumeMounts":[{"name":"data","mountPath":"/data"}]}]}]'
kubectl delete pod -l app={{ app }} --force --grace-period=0
