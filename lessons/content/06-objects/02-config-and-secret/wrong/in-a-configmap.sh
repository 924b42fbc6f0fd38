# task: password-from-a-secret
# en: The password is still in clear text in a ConfigMap, a Deployment or a Pod: `kubectl get deployments,pods,configmaps -o yaml | grep PASSWORD`, with the word itself.
# ko: 비밀번호가 아직 컨피그맵이나 디플로이먼트, 파드에 평문으로 있습니다. `kubectl get deployments,pods,configmaps -o yaml | grep 비밀번호`로 찾아보세요.
kubectl create secret generic db --from-literal=password={{ password }}
kubectl create configmap notes --from-literal=remember='the password is {{ password }}'
sed -i 's/^\( *\)value: {{ password }}/\1valueFrom: {secretKeyRef: {name: db, key: password}}/' web.yaml
kubectl apply -f web.yaml
