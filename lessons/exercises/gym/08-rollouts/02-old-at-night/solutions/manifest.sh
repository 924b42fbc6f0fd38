mkdir -p ~/answers; echo cronjob > ~/answers/cause
#: cause
kubectl get configmap {{ app }}-manifest -o yaml | sed 's|kubelab/web:1.0|kubelab/web:1.1|' | kubectl apply -f -
