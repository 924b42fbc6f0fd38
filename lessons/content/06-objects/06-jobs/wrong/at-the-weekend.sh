# task: on-time-in-seoul
# en: It also runs at the weekend. The fifth field says on which days of the week: 1-5.
# ko: 주말에도 실행됩니다. 요일은 다섯 번째 필드에 씁니다. 1-5입니다.
kubectl create cronjob report --image=kubelab/batch:1.0 --schedule='30 {{ hour }} * * *'
kubectl patch cronjob report -p '{"spec":{"timeZone":"Asia/Seoul"}}'
