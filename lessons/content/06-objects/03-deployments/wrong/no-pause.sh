# task: nobody-notices
# en: In a copy we rolled out 2.0, and some requests met Pods that had just been told to stop: the lists of addresses lag a moment behind. A preStop pause bridges it.
# ko: 복사본에서 2.0을 롤아웃하자 막 멈추라는 말을 들은 파드에 요청 몇 개가 갔습니다. 주소 목록은 조금 늦게 바뀝니다. preStop에서 잠깐 쉬면 됩니다.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":2}}]}}}}'
