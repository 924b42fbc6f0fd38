# task: a-job-that-ends
# en: shipper is no sidecar: put it under initContainers, with restartPolicy Always.
# ko: shipper가 사이드카가 아닙니다. initContainers 아래에 restartPolicy: Always로 두세요.
sed -i '/name: shipper/,$d' ~/report.yaml
kubectl replace --force -f ~/report.yaml
