# task: greeting-from-a-configmap
# en: GREETING is still typed into the template. Replace `value` by `valueFrom` with a `configMapKeyRef`.
# ko: GREETING이 아직 템플릿에 적혀 있습니다. `value` 대신 `valueFrom`과 `configMapKeyRef`를 쓰세요.
kubectl create configmap web-config --from-literal=greeting={{ second }}
kubectl set env deployment/web GREETING={{ second }}
