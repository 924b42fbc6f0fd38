mkdir -p ~/answers; echo finalizer > ~/answers/cause
#: cause
kubectl patch pod {{ pod }} --type=merge -p '{"metadata":{"finalizers":null}}'
