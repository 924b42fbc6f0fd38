# task: enough-memory
# en: You changed what eater is. It was to get what it needs.
# ko: eater 자체를 바꿨습니다. 필요한 만큼 주는 것이 과제입니다.
kubectl set env deployment/eater LEAK_MI_PER_MIN=0
kubectl set resources deployment eater --requests=memory={{ least }}Mi
