# task: mended
# en: You took the guard away: the quota has nothing to do with it.
# ko: 지킴이를 없앴습니다. 쿼터는 이 일과 상관없습니다.
kubectl delete quota compute
