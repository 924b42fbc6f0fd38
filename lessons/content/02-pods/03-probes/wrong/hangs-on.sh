# task: liveness-for-web
# en: In a copy one Pod of web hung, and 90 seconds later it was still hanging.
# ko: 복사본에서 web 파드 하나를 멈췄는데 90초 뒤에도 멈춰 있었습니다.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"tcpSocket":{"port":8080}}}]}}}}'
