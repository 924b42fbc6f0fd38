# task: reach-the-other-namespace
# en: In a copy we deleted the Pods of stock, and shop called an empty room: UPSTREAM holds the address of a Pod. Call the Service by its name.
# ko: 복사본에서 stock의 파드를 지우자 shop이 빈 방을 불렀습니다. UPSTREAM에 파드의 주소가 있습니다. 서비스를 이름으로 부르세요.
kubectl set env deployment/shop UPSTREAM=http://$(kubectl get pods -n back -l app=stock -o jsonpath='{.items[0].status.podIP}'):8080
