# task: behind-the-name
# en: The program listens on {{ moved }} now, while the template still calls 8081 by the name http: the probe and the Service both ask there.
# ko: 프로그램은 {{ moved }} 포트를 쓰는데 템플릿에서는 여전히 8081을 http라고 부릅니다. 프로브도 서비스도 8081에 묻습니다.
kubectl expose deployment stock --port=80 --target-port=http
kubectl set env deployment/stock PORT={{ moved }}
