# task: on-time-in-seoul
# en: In a copy we let report start at once, and a minute later it had not finished. Does its Pod start, and does its work end?
# ko: 복사본에서 report를 바로 시작했는데 1분이 지나도 끝나지 않았습니다. 파드가 시작되는지, 작업이 끝나는지 보세요.
kubectl create cronjob report --image=kubelab/batsch:1.0 --schedule='30 {{ hour }} * * 1-5'
kubectl patch cronjob report -p '{"spec":{"timeZone":"Asia/Seoul"}}'
