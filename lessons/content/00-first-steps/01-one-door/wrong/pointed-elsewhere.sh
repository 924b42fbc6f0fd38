# task: find-the-door
# en: The context prod no longer leads to the cluster {{ prod }}: it would talk to another one under its name.
# ko: prod 컨텍스트가 {{ prod }} 클러스터를 가리키지 않습니다. 이름만 prod이고 다른 곳과 이야기하게 됩니다.
kubectl config set-context prod --cluster={{ dev }}
