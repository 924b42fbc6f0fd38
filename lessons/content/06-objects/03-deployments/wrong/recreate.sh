# task: nobody-notices
# en: Recreate takes all old Pods away before the first new one starts: nobody answers in between.
# ko: Recreate는 새 파드가 시작하기 전에 옛 파드를 모두 없앱니다. 그 사이에는 아무도 답하지 않습니다.
kubectl patch deployment web -p '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'
