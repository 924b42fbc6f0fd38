# task: account
# en: It may read the ConfigMaps of every namespace: a RoleBinding would have kept it here.
# ko: 모든 네임스페이스의 컨피그맵을 읽을 수 있습니다. 롤바인딩이라면 이 네임스페이스에서만 통합니다.
kubectl create serviceaccount {{ sa }}
kubectl create clusterrole {{ sa }} --verb=get,list,watch --resource=configmaps
kubectl create clusterrolebinding {{ sa }} --clusterrole={{ sa }} --serviceaccount=exam:{{ sa }}
