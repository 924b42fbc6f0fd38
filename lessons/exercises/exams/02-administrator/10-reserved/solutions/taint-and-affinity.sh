kubectl label node {{ node }} reserved={{ app }}
kubectl taint node {{ node }} reserved={{ app }}:NoExecute
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeSelector":{"reserved":"{{ app }}"},"tolerations":[{"key":"reserved","operator":"Equal","value":"{{ app }}","effect":"NoExecute"}]}}}}'
sleep 90
