# task: must
# en: In a copy no node had the disk, we deleted the Pod, and db ran elsewhere. Preferred gives way: the rule has to be required.
# ko: 복사본에서 그런 디스크가 있는 노드를 없애고 파드를 지웠더니 db가 다른 노드에서 실행되었습니다. preferred는 물러납니다. required여야 합니다.
kubectl rollout restart deployment/db
