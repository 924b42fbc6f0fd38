# task: mend-the-file
# en: Same name, new object: its rollout history begins from nothing, and the shop was closed meanwhile. apply changes what is there; nothing has to be deleted first.
# ko: 이름은 같지만 새 오브젝트입니다. 롤아웃 기록이 처음부터 다시 시작하고, 그동안 상점은 닫혀 있었습니다. apply는 있는 것을 바꿉니다. 먼저 지울 필요가 없습니다.
sed -i -e '/replica: 3/d' -e 's/{{ misspelt }}/imagePullPolicy/' -e 's/\t//' -e '/name: DEBUG/,+1d' web.yaml
kubectl delete deployment web
kubectl apply -f web.yaml
kubectl scale deployment web --replicas={{ scaled }}
