# task: an-address-that-stays
# en: The name is found, and the Service sends to a port where nobody listens: the program of web listens on {{ port }}. That is its targetPort.
# ko: 이름은 찾지만 서비스가 아무도 듣지 않는 포트로 보냅니다. web의 프로그램은 {{ port }} 포트에서 듣습니다. 이 포트가 targetPort입니다.
kubectl scale deployment/web --replicas={{ replicas }}
kubectl expose deployment/web --port=80
