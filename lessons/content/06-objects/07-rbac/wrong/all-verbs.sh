# task: one-verb
# en: The robot may delete Pods. It only has to list them.
# ko: 로봇이 파드를 지울 수 있습니다. 목록만 보면 됩니다.
kubectl create role pod-lister --verb='*' --resource=pods
kubectl create rolebinding pod-lister --role=pod-lister --serviceaccount=rbac:{{ robot }}
