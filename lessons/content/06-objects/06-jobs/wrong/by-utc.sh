# task: on-time-in-seoul
# en: Without timeZone the controller thinks in UTC: {{ hour }}:30 there is the afternoon in Seoul.
# ko: timeZone이 없으면 컨트롤러는 UTC로 생각합니다. UTC {{ hour }}시 30분이면 서울은 오후입니다.
kubectl create cronjob report --image=kubelab/batch:1.0 --schedule='30 {{ hour }} * * 1-5'
