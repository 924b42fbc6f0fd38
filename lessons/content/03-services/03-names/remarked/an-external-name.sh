# task: reach-the-other-namespace
# en: A second name for the same thing: whoever reads UPSTREAM does not see that it leads to another namespace. stock.back says so.
# ko: 같은 것에 이름을 하나 더 붙였습니다. UPSTREAM만 보아서는 다른 네임스페이스로 이어지는 줄 알 수 없습니다. stock.back이라고 쓰면 보입니다.
kubectl create service externalname stock --external-name=stock.back.svc.cluster.local
