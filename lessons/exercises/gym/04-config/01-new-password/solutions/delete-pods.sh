mkdir -p ~/answers; echo started > ~/answers/cause
kubectl delete pod -l app={{ app }}
