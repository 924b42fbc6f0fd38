# task: reach-the-other-namespace
# en: The address of a Service stays as long as the Service. Made anew, stock has another, and shop is cut off: its name, stock.back, would still be right.
# ko: 서비스 주소는 그 서비스가 있는 동안만 그대로입니다. stock을 다시 만들면 주소가 바뀌어 shop은 끊깁니다. stock.back이라는 이름으로 부르면 그래도 됩니다.
kubectl set env deployment/shop UPSTREAM=http://$(kubectl get service stock -n back -o jsonpath='{.spec.clusterIP}')
