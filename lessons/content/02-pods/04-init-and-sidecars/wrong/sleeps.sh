# task: first-wait-then-migrate
# en: In a copy the database was late, and migrate ran before it was there. Wait for the fact, not for a time, and wait first.
# ko: 복사본에서 데이터베이스가 늦어지자 migrate가 먼저 실행되었습니다. 시간이 아니라 사실을 기다리고, 기다리기를 먼저 하세요.
sed -i 's/"curl/"sleep 20; curl/' ~/app.yaml
kubectl apply -f ~/app.yaml
