# task: two-hands
# en: The colleague's key is gone: with --force, or delete and create, nobody asks which state you have seen. resourceVersion was there to stop that.
# ko: 동료의 키가 사라졌습니다. --force나 삭제 후 생성은 어느 상태를 보았는지 묻지 않습니다. 이런 일을 막으려고 resourceVersion이 있습니다.
kubectl replace --force -f stale.yaml
