kubectl patch deployment app --type=json -p '[{"op":"move","from":"/spec/template/spec/initContainers/1","path":"/spec/template/spec/initContainers/0"}]'
sed -i 's/^      - name: shipper/      initContainers:\n      - name: shipper\n        restartPolicy: Always/' ~/report.yaml
kubectl replace --force -f ~/report.yaml
kubectl patch deployment app --type=json -p '[
  {"op":"add","path":"/spec/template/spec/volumes","value":[{"name":"cfg","emptyDir":{}}]},
  {"op":"add","path":"/spec/template/spec/initContainers/-","value":{"name":"motd","image":"busybox:1.37","command":["sh","-c","echo {{ word }} > /cfg/motd"],"volumeMounts":[{"name":"cfg","mountPath":"/cfg"}]}},
  {"op":"add","path":"/spec/template/spec/containers/0/volumeMounts","value":[{"name":"cfg","mountPath":"/cfg"}]}]'
