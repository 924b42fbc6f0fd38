# task: must
# en: There is no db any more. It was to move, not to go.
# ko: db가 없어졌습니다. 옮기면 되고, 없애면 안 됩니다.
kubectl delete deployment db
