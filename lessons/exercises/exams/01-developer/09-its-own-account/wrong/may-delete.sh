# task: account
# en: It may change ConfigMaps: get, list and watch were asked for.
# ko: 컨피그맵을 바꿀 수 있습니다. get, list, watch만 할 수 있어야 합니다.
kubectl create serviceaccount {{ sa }}
kubectl create role {{ sa }} --verb=get,list,watch,create,delete --resource=configmaps
kubectl create rolebinding {{ sa }} --role={{ sa }} --serviceaccount=exam:{{ sa }}
