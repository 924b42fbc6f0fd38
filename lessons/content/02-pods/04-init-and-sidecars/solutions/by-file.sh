kubectl patch deployment app --type=json -p '[{"op":"move","from":"/spec/template/spec/initContainers/1","path":"/spec/template/spec/initContainers/0"}]'
sed -i 's/^      - name: shipper/      initContainers:\n      - name: shipper\n        restartPolicy: Always/' ~/report.yaml
kubectl replace --force -f ~/report.yaml
