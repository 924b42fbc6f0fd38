# task: account
# en: It may read the ConfigMaps of every namespace: a RoleBinding would have kept it here.
# ko: 모든 네임스페이스의 컨피그맵을 읽을 수 있습니다. RoleBinding이라면 여기에 머물렀을 것입니다.
kubectl create serviceaccount {{ sa }}
kubectl create clusterrole {{ sa }} --verb=get,list,watch --resource=configmaps
kubectl create clusterrolebinding {{ sa }} --clusterrole={{ sa }} --serviceaccount=exam:{{ sa }}
