# task: one-thing-two-ports
# en: Port 80 aims at a number. The Pods of web call that port http: aim at the name, and the number may change.
# ko: 80 포트가 번호를 가리킵니다. web의 파드는 포트를 http라고 부릅니다. 이름을 가리키면 번호가 바뀌어도 됩니다.
kubectl create service clusterip web --tcp=80:8080 --tcp={{ admin }}:{{ admin }}
