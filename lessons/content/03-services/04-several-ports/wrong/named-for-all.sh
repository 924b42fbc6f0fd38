# task: a-service-for-stock
# en: Every request may arrive, and still stock is on one list with web: rename, restrict or retire one, and you touch both. Select app=stock.
# ko: 요청이 모두 닿더라도 stock이 web과 같은 목록에 있습니다. 하나의 이름을 바꾸거나 막거나 없애려면 둘 다 건드리게 됩니다. app=stock을 고르세요.
kubectl create service clusterip stock --tcp=80:http
kubectl set selector service stock part-of=mall
