# task: enough-memory
# en: It asks for less than half of what it uses: the scheduler will put it where there is no room. Request at least {{ least }}Mi.
# ko: 쓰는 것의 절반도 요청하지 않습니다. 스케줄러가 자리 없는 노드에 보낼 수 있습니다. {{ least }}Mi 이상 요청하세요.
kubectl set resources deployment eater --requests=memory=20Mi --limits=memory={{ most }}Mi
