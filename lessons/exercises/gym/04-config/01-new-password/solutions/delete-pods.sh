mkdir -p ~/answers; echo started > ~/answers/cause
#: cause
kubectl delete pod -l app={{ app }}
