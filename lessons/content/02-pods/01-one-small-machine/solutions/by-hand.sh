kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: pair}
spec:
  volumes: [{name: both, emptyDir: {medium: Memory}}]
  containers:
  - {name: tail, image: "kubelab/shell:1.0", volumeMounts: [{name: both, mountPath: /shared}]}
  - {name: web, image: "kubelab/web:1.0", volumeMounts: [{name: both, mountPath: /shared}]}
END
kubectl wait --for=condition=Ready pod/pair
kubectl exec pair -c tail -- sh -c 'echo {{ word }} > /shared/hello'
kubectl patch deployment twins -p '{"spec":{"template":{"spec":{"containers":[{"name":"left","env":[{"name":"PORT","value":"{{ port }}"}]}]}}}}'
mkdir -p ~/answers
echo 4 > ~/answers/ips
