# task: an-address-that-stays
# en: It answers on port 8080. The task asks for an address without a port number: port 80.
# ko: 8080 포트에서 답합니다. 과제는 포트 번호가 없는 주소, 곧 80 포트입니다.
kubectl expose deployment/web --port=8080 --target-port=80
