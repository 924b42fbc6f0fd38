# task: one-verb
# en: You allowed it to the ServiceAccount default. The robot acts as {{ robot }}: see spec.serviceAccountName.
# ko: default 서비스어카운트에 허락했습니다. 로봇은 다른 이름으로 행동합니다. spec.serviceAccountName을 보세요.
kubectl create role pod-lister --verb=list --resource=pods
kubectl create rolebinding pod-lister --role=pod-lister --serviceaccount=rbac:default
