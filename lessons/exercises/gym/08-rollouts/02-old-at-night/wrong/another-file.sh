# task: mended
# en: In a copy we put another version there and let the nightly job run, and it left that as it was: what it is for is not done any more.
# ko: 복사본에서 다른 버전을 넣고 밤 작업을 실행했는데 그대로 두었습니다. 이제 제 할 일을 하지 않습니다.
kubectl create configmap {{ app }}-manifest --from-literal=web.yaml='{apiVersion: v1, kind: ConfigMap, metadata: {name: nothing}}' --dry-run=client -o yaml | kubectl apply -f -
