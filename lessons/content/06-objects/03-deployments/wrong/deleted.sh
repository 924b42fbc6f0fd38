# task: bring-it-back
# en: The alarm is silent because the house is gone: pay served nobody while it was deleted.
# ko: 집이 사라졌으니 경보도 조용합니다. pay를 지운 동안 요청에 답할 파드가 하나도 없었습니다.
kubectl delete deployment pay
