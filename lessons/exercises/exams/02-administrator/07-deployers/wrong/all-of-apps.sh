# task: no-more
# en: Its members may do something with other kinds than Deployments and Pods: nothing of that was asked for.
# ko: 구성원이 디플로이먼트와 파드가 아닌 것까지 다룰 수 있습니다. 요구한 권한이 아닙니다.
for namespace in {{ a }} {{ b }}; do
  kubectl -n $namespace create role deploy --verb=get,list,create,update,patch --resource='*.apps'
  kubectl -n $namespace create rolebinding deploy --role=deploy --group={{ group }}
  kubectl -n $namespace create role look --verb=get,list --resource=pods
  kubectl -n $namespace create rolebinding look --role=look --group={{ group }}
done
