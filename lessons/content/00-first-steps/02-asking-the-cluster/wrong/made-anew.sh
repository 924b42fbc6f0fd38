# task: mend-in-place
# en: It runs, but it is a new Pod: the old one's events and identity are gone. `kubectl set image` changes it in place.
# ko: 실행되지만 새 파드입니다. 예전 파드의 이벤트와 uid는 사라졌습니다. `kubectl set image`는 그 자리에서 바꿉니다.
kubectl delete pod typo
kubectl run typo --image=nginx:1.29
