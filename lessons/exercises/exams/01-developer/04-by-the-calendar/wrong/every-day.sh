# task: calendar
# en: It starts at the weekend too: Monday to Friday were asked for.
# ko: 주말에도 시작합니다. 월요일부터 금요일까지만 시작해야 합니다.
kubectl create cronjob {{ name }} --image=busybox:1.37 --schedule='{{ minute }} {{ morning }} * * *' -- date
kubectl patch cronjob {{ name }} -p '{"spec":{"timeZone":"Asia/Seoul"}}'
