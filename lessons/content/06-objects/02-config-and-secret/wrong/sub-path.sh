# task: a-file-that-follows
# en: In a copy we changed the ConfigMap, and two minutes later the file was still the old one: mounted with subPath, it is copied once, at the start. Mount the directory.
# ko: 복사본에서 컨피그맵을 바꿨는데 2분이 지나도 파일이 그대로였습니다. subPath로 마운트한 파일은 시작할 때 한 번만 복사됩니다. 디렉터리를 마운트하세요.
kubectl create configmap motd --from-literal=motd={{ motd }}
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"volumes":[{"name":"motd","configMap":{"name":"motd"}}],"containers":[{"name":"web","volumeMounts":[{"name":"motd","mountPath":"/etc/web/motd","subPath":"motd"}]}]}}}}'
