cat > pair.yaml <<END
apiVersion: v1
kind: Pod
metadata: {name: pair}
spec:
  volumes: [{name: shared, emptyDir: {}}]
  containers:
  - name: web
    image: kubelab/web:1.0
    volumeMounts: [{name: shared, mountPath: /shared/, readOnly: true}]
  - name: tail
    image: kubelab/shell:1.0
    command: [sh, -c, "echo {{ word }} > /shared/hello; sleep infinity"]
    volumeMounts: [{name: shared, mountPath: /shared}]
END
kubectl apply -f pair.yaml
kubectl set env deployment/twins -c right PORT={{ port }}
mkdir -p ~/answers
kubectl rollout status deployment/twins
twins=$(kubectl get pods -l app=twins --sort-by=.metadata.creationTimestamp -o name | tail -n 1)
kubectl get pod/duo pod/solo pod/pair "$twins" -o jsonpath='{range .items[*]}{.status.podIP}{"\n"}{end}' | sort -u | wc -l > ~/answers/ips
