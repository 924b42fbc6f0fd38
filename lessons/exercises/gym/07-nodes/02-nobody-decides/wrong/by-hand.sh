# task: mended
# en: You played scheduler for one app; the next one waits again.
# ko: 앱 하나의 스케줄러 노릇을 했습니다. 다음 앱은 또 기다립니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeName":"node-1"}}}}'
