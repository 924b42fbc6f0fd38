# task: first-wait-then-migrate
# en: In a copy there was no database, and migrate said all the same that it was done. It must not begin before the database is there.
# ko: 복사본에서 데이터베이스가 없는데도 migrate가 할 일을 마쳤다고 했습니다. 데이터베이스가 있기 전에 시작하면 안 됩니다.
kubectl patch deployment app -p '{"spec":{"template":{"spec":{"initContainers":[{"name":"migrate","command":["sh","-c","curl -sf -m 3 -o /dev/null http://db || true; echo migrated"]}]}}}}'
