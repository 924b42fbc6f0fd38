kubectl patch deployment payment -p '{"spec":{"template":{"spec":{"containers":[{"name":"payment","env":[{"name":"{{ variable }}","valueFrom":{"secretKeyRef":{"name":"payment","key":"{{ variable }}"}}}]}]}}}}'
kubectl get pod oneshot -o yaml | sed 's/restartPolicy: Always/restartPolicy: OnFailure/' > oneshot.yaml
kubectl replace --force -f oneshot.yaml
kubectl get pod typo -o yaml | sed 's/webb/web/' | kubectl replace --force -f -
