# task: mended
# en: You took away the key that reader lives by.
# ko: reader가 쓰는 키를 없앴습니다.
kubectl patch configmap layout --type=merge -p '{"data":{"{{ before }}":"morning","{{ now }}":null}}'
