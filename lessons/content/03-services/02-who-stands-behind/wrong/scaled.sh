# task: quarantine
# en: There is one Pod more, and all four get traffic. One is to leave the list and go on running.
# ko: 파드가 하나 늘었고 네 개 모두 요청을 받습니다. 하나는 목록에서 빠진 채 실행되어야 합니다.
kubectl scale deployment/web --replicas=4
