# task: who-may-push
# en: preemptionPolicy Never: checkout stands first in the queue, and pushes nobody out.
# ko: preemptionPolicy가 Never입니다. checkout은 줄 맨 앞에 서지만 아무도 밀어내지 않습니다.
kubectl create priorityclass urgent --value={{ value }} --preemption-policy=Never
kubectl patch deployment checkout -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":2}},"template":{"spec":{"priorityClassName":"urgent"}}}}'
