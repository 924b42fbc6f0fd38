# task: mended
# en: In a copy the database was away, and {{ app }} started all the same: it does not wait for {{ there }} any more.
# ko: 복사본에서 데이터베이스를 없앴는데도 {{ app }}{{ subject }} 시작했습니다. 이제 {{ there }}의 데이터베이스를 기다리지 않습니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"initContainers":[{"name":"wait-for-db","command":["true"]}]}}}}'
