# task: grow-and-keep
# en: photos is a new claim: bigger, and empty. A claim grows where it is: raise its request.
# ko: photos는 새 클레임입니다. 커졌지만 비어 있습니다. 클레임은 그 자리에서 늘어납니다. 요청을 올리세요.
kubectl scale deployment album --replicas=0
kubectl delete pvc photos
sed 's/try-late/photos/; s/1Gi/2Gi/' late.yaml | kubectl apply -f -
kubectl scale deployment album --replicas=1
