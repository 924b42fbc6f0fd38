# task: one-thing-two-ports
# en: Behind web stand the Pods of stock as well: every port of a Service goes to every Pod that it selects. Select app=web.
# ko: web 뒤에 stock의 파드까지 있습니다. 서비스의 모든 포트는 셀렉터가 고른 모든 파드로 갑니다. app=web을 고르세요.
kubectl create service clusterip web --tcp=80:http --tcp={{ admin }}:admin
kubectl set selector service web part-of=mall
