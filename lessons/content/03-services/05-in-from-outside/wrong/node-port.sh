# task: who-is-calling
# en: A NodePort is a port of machines that come and go. An address of its own comes with type LoadBalancer.
# ko: NodePort는 없어질 수도 있는 머신의 포트입니다. 자기 주소는 LoadBalancer에서 생깁니다.
kubectl expose deployment shop --name=shop-lb --port=80 --target-port=8080 --type=NodePort
