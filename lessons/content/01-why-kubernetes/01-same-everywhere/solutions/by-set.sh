mkdir -p ~/answers
for c in dev prod; do
  kubectl get pods -l app=web --context=$c -o jsonpath='{.items[0].status.containerStatuses[0].imageID}' > ~/answers/$c
done
#: two-digests
for c in dev prod; do kubectl set image deployment/web web=kubelab/web:1.1 --context=$c; done
kubectl create configmap web-config --from-literal=GREETING={{ devword }} --context=dev
kubectl create configmap web-config --from-literal=GREETING={{ prodword }} --context=prod
kubectl set env deployment/web GREETING- --context=dev
for c in dev prod; do kubectl set env deployment/web --from=configmap/web-config --context=$c; done
