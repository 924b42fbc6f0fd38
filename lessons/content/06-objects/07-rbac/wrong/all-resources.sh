# task: one-verb
# en: With `resources: ["*"]`, or a role such as edit, the robot reads the Secrets too. Pods were asked for.
# ko: `resources: ["*"]`이나 edit 같은 롤을 주면 로봇이 시크릿까지 읽습니다. 필요한 것은 파드입니다.
kubectl create role pod-lister --verb=list --resource='*'
kubectl create rolebinding pod-lister --role=pod-lister --serviceaccount=rbac:{{ robot }}
