mkdir -p ~/answers; echo attached > ~/answers/cause
#: cause
kubectl delete $(kubectl get pods -l app={{ app }} --field-selector spec.nodeName=$(cat ~/.node) -o name) --force --grace-period=0
sleep 420
