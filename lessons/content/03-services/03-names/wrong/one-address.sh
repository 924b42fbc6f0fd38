# task: a-name-for-each
# en: This Service has an address of its own, and DNS answers with that one. A headless Service is made with clusterIP None; it cannot be changed later.
# ko: 이 서비스에는 자기 주소가 있고 DNS도 그 주소 하나를 답합니다. 헤드리스 서비스는 처음부터 clusterIP를 None으로 만들어야 합니다.
kubectl expose deployment stock -n back --name=stock-all --port=8080
