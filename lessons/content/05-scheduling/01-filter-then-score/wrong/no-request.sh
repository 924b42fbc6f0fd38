# task: big-enough
# en: It runs, and now the scheduler believes that big needs nothing: it will pack its node full. Ask for what it needs, at least 2 CPUs.
# ko: 실행은 되지만 이제 스케줄러는 big이 아무것도 필요 없다고 생각합니다. 그 노드를 꽉 채울 것입니다. 필요한 만큼, CPU 2개 이상을 요청하세요.
kubectl patch deployment big --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/resources"}]'
