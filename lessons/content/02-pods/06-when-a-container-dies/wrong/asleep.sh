# task: the-right-word
# en: It runs, and nobody listens: the command starts something else than the server of this image.
# ko: 실행은 되지만 아무도 듣지 않습니다. 명령이 이 이미지의 서버가 아닌 다른 것을 시작합니다.
kubectl delete pod typo
kubectl run typo --image=kubelab/web:1.0 --command -- sleep infinity
