# task: who-is-missing
# en: With nodeName you played scheduler for these two. The next Pod waits again.
# ko: nodeName으로 이 두 파드의 스케줄러 노릇을 했습니다. 다음 파드는 또 기다립니다.
mkdir -p ~/answers; echo {{ component }} > ~/answers/component
ssh cp-1 mv /etc/kubernetes/off/{{ component }}.yaml /etc/kubernetes/manifests/
kubectl patch deployment late -p '{"spec":{"template":{"spec":{"nodeName":"node-1"}}}}'
