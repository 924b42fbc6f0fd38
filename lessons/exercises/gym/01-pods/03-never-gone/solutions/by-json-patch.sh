mkdir -p ~/answers; echo finalizer > ~/answers/cause
#: cause
kubectl patch pod {{ pod }} --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'
