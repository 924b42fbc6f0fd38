# task: mended
# en: It starts now without asking for its database: the next slow start will break it.
# ko: 이제 데이터베이스를 묻지 않고 시작합니다. 다음에 느리게 시작하면 망가집니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"remove","path":"/spec/template/spec/initContainers"}]'
