# task: reach-the-other-namespace
# en: There is no shop any more, so nobody calls stock. Change its UPSTREAM instead.
# ko: shop이 없어져서 stock을 부를 것도 없습니다. UPSTREAM을 바꾸세요.
kubectl delete deployment shop
