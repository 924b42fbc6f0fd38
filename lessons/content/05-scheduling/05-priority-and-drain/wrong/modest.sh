# task: who-may-push
# en: checkout asks for less than it needs, 1500m: it found a gap, and will starve in it. Let it push instead.
# ko: checkout이 필요한 1500m보다 적게 요청합니다. 틈에 끼어들었지만 거기에서 굶게 됩니다. 밀어낼 수 있게 하세요.
kubectl create priorityclass urgent --value={{ value }}
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"priorityClassName":"urgent"}}}}'
kubectl set resources deployment checkout --requests=cpu=10m
