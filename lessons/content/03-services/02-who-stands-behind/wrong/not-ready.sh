# task: the-right-three
# en: Now the list holds Pods that are not ready: callers will meet their failures. Mend the probe instead.
# ko: 준비되지 않은 파드까지 목록에 올랐습니다. 부르는 쪽이 실패를 겪습니다. 프로브를 고치세요.
kubectl set selector service api app=api,tier={{ tier }}end
kubectl patch service api -p '{"spec":{"publishNotReadyAddresses":true}}'
