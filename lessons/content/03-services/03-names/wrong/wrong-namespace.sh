# task: a-name-for-each
# en: There is a stock-all in front. A Service finds Pods of its own namespace only: make it in back.
# ko: stock-all이 front에 있습니다. 서비스는 같은 네임스페이스의 파드만 찾습니다. back에 만드세요.
kubectl create service clusterip stock-all --clusterip=None
