# task: bring-it-back
# en: Right version, empty history: this Deployment was made anew. An undo keeps the history and the Pods that work.
# ko: 버전은 맞지만 이력이 비어 있습니다. 새로 만든 디플로이먼트입니다. 되돌리기는 이력도, 잘 실행되던 파드도 지킵니다.
kubectl delete deployment pay
kubectl create deployment pay --image=nginx:1.28 --replicas=4
