cat <<EOF | kubectl apply -f -
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: server
      image: docker.io/library/nginx:1.29
EOF
kubectl wait --for=condition=Ready pod/web --timeout=60s
mkdir -p answers
kubectl get pod web --no-headers -o custom-columns=IP:.status.podIP > answers/ip
kubectl patch pod typo -p '{"spec":{"containers":[{"name":"web","image":"docker.io/nginx:1.29"}]}}'
