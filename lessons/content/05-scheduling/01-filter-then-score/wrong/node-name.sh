# task: big-enough
# en: With nodeName you were the scheduler yourself: no filter was asked, so the kubelet will refuse what does not fit.
# ko: nodeName을 쓰면 스케줄러를 건너뜁니다. 필터를 거치지 않았으니 자리가 없으면 kubelet이 거절합니다.
# settle: 15
kubectl patch deployment big -p '{"spec":{"template":{"spec":{"nodeName":"node-2"}}}}'
