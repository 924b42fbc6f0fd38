# task: one-verb
# en: The robot may list Pods in every namespace. A RoleBinding in rbac keeps it there.
# ko: 로봇이 모든 네임스페이스의 파드를 볼 수 있습니다. rbac의 롤바인딩으로 주면 그 안에서만 통합니다.
kubectl create clusterrole pod-lister --verb=list --resource=pods
kubectl create clusterrolebinding pod-lister --clusterrole=pod-lister --serviceaccount=rbac:{{ robot }}
