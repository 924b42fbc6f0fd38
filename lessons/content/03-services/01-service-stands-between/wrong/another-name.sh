# task: an-address-that-stays
# en: There is a new Service, but its name is not web. Callers ask for the name.
# ko: 새 서비스가 있지만 이름이 web이 아닙니다. 부르는 쪽은 이름을 씁니다.
kubectl scale deployment/web --replicas={{ replicas }}
kubectl expose deployment/web --port=80 --target-port={{ port }} --name=website
