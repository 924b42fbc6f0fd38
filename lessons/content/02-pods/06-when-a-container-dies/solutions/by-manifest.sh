kubectl patch deployment payment -p '{"spec":{"template":{"spec":{"containers":[{"name":"payment","envFrom":[{"secretRef":{"name":"payment"}}]}]}}}}'
kubectl get pod oneshot -o yaml | sed 's/restartPolicy: Always/restartPolicy: OnFailure/' > oneshot.yaml
kubectl replace --force -f oneshot.yaml
kubectl get pod typo -o yaml | sed 's/webb/web/' | kubectl replace --force -f -
mkdir -p ~/answers; echo {{ variable }} > ~/answers/payment
kubectl debug quiet --image=busybox:1.37 -c peek -- wget -qO- localhost:8080/token
sleep 10
kubectl logs quiet -c peek > ~/answers/token
