# task: a-job-that-ends
# en: A deadline makes the Job fail, though its work is done. Let shipper be a sidecar, and it does not count.
# ko: 기한을 두면 일을 마쳤는데도 잡이 실패합니다. shipper를 사이드카로 두면 끝을 기다리지 않습니다.
kubectl patch job report -p '{"spec":{"activeDeadlineSeconds":5}}'
