kubectl patch deployment train -p '{"spec":{"template":{"spec":{"nodeSelector":{"{{ hardware }}":"true"},"tolerations":[{"key":"{{ hardware }}","value":"true","effect":"NoSchedule"}]}}}}'
kubectl patch daemonset logger -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"{{ hardware }}","operator":"Exists","effect":"NoSchedule"}]}}}}'
cat >> ~/patient.yaml <<END
  tolerations:
  - key: {{ reason }}
    operator: Equal
    value: "yes"
    effect: NoExecute
    tolerationSeconds: {{ seconds }}
END
kubectl replace --force -f ~/patient.yaml
kubectl taint node node-2 {{ reason }}=yes:NoExecute
