# task: should
# en: A nodeSelector is a must: in a copy node-1 was closed, and cache waited for it. It should only prefer.
# ko: nodeSelector는 반드시입니다. 복사본에서 node-1을 닫자 cache가 기다렸습니다. 가급적이면 됩니다.
kubectl patch deployment cache -p '{"spec":{"template":{"spec":{"nodeSelector":{"{{ key }}":"ssd"}}}}}'
