# task: one-verb
# en: You bound the group of all ServiceAccounts: now every Pod of the cluster may list these Pods. Name the one.
# ko: 모든 서비스어카운트의 그룹에 주었습니다. 이제 클러스터의 모든 파드가 볼 수 있습니다. 하나만 고르세요.
kubectl create role pod-lister --verb=list --resource=pods
kubectl create rolebinding pod-lister --role=pod-lister --group=system:serviceaccounts
