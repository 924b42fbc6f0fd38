# task: bring-it-back
# en: Right version, empty history, and some seconds of nothing: this Deployment was made anew. An undo keeps the history and the Pods that work.
# ko: 버전은 맞지만 이력이 비어 있고 몇 초 동안 답이 없었습니다. 새로 만든 디플로이먼트입니다. 되돌리기는 이력도, 잘 실행되던 파드도 지킵니다.
kubectl get deployment pay -o yaml > pay.yaml
kubectl delete deployment pay
sed "/resourceVersion:/d; /uid:/d; s/1.1-bad/1.0/" pay.yaml | kubectl create -f -
