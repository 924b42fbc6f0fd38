# task: leave-in-order
# en: pet was deleted, not moved: nobody owned it, so nobody made a new one. Make a Deployment of ~/pet.yaml.
# ko: pet은 옮겨진 것이 아니라 지워졌습니다. 돌보는 컨트롤러가 없으니 새로 만들지 않습니다. ~/pet.yaml로 디플로이먼트를 만드세요.
kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data --force
