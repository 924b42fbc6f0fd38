# task: where-the-disk-is
# en: Running, and empty: old is a new claim with a new disk. The report of all those years was on the other one.
# ko: 실행은 되지만 비어 있습니다. old는 새 클레임이고 새 디스크입니다. 지금까지의 보고서는 전의 디스크에 있었습니다.
kubectl scale deployment report --replicas=0
kubectl delete pvc old
sed 's/try-late/old/' late.yaml | kubectl apply -f -
kubectl scale deployment report --replicas=1
