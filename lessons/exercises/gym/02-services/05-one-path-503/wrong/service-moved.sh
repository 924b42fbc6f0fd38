# task: mended
# en: You changed the Service, and others call it by its port 80. It is the Ingress that names the wrong one.
# ko: 서비스를 바꾸었습니다. 다른 이들은 80번 포트로 부릅니다. 틀린 번호를 댄 것은 인그레스입니다.
kubectl patch service {{ path }} --type=json -p '[{"op":"replace","path":"/spec/ports/0/port","value":8080}]'
