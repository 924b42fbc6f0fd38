# task: mended
# en: In a copy an hour went by, and Pods were evicted again.
# ko: 복사본에서 한 시간이 지나자 파드가 다시 축출되었습니다.
kubectl delete pod --field-selector=status.phase=Failed
sleep 400
kubectl delete pod --field-selector=status.phase=Failed
