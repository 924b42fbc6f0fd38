kubectl taint node node-2 {{ reason }}=yes:NoExecute
cat > train.yaml <<END
spec:
  template:
    spec:
      tolerations: [{key: {{ hardware }}, operator: Exists}]
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-3]}]
END
kubectl patch deployment train --patch-file train.yaml
kubectl patch daemonset logger -p '{"spec":{"template":{"spec":{"tolerations":[{"operator":"Exists"}]}}}}'
kubectl patch pod patient --type=json -p '[{"op":"add","path":"/spec/tolerations/-","value":{"key":"{{ reason }}","operator":"Exists","effect":"NoExecute","tolerationSeconds":{{ seconds }}}}]'
