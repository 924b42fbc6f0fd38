# task: should
# en: In a copy node-1 was closed, and cache waited for it. That is a must: it should only prefer.
# ko: 복사본에서 node-1을 닫자 cache가 기다렸습니다. 반드시라고 적었기 때문입니다. 가급적이면 됩니다.
kubectl patch deployment cache -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"{{ key }}","operator":"In","values":["ssd"]}]}]}}}}}}}'
