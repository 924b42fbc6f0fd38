# task: mended
# en: The claim was made anew: the data is gone.
# ko: 클레임이 새로 만들어졌습니다. 데이터가 사라졌습니다.
kubectl delete pod -l app={{ app }} --force --grace-period=0; kubectl delete pvc {{ app }} --wait=false; kubectl scale deployment {{ app }} --replicas=0; kubectl delete pod -l app={{ app }} --force --grace-period=0; sleep 30; printf 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: {{ app }}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n' | kubectl apply -f -; kubectl scale deployment {{ app }} --replicas=1
