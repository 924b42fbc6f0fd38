# task: works
# en: With nodeName you played scheduler for these two Pods. The next one waits again.
# ko: nodeName으로 이 두 파드의 스케줄러 노릇을 했습니다. 다음 파드는 또 기다립니다.
kubectl patch deployment late -p '{"spec":{"template":{"spec":{"nodeName":"node-1"}}}}'
sleep 30
