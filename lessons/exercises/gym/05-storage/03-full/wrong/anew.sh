# task: mended
# en: The claim was made anew: everything that was on the old volume is gone.
# ko: 클레임이 새로 만들어졌습니다. 옛 볼륨에 있던 것이 모두 사라졌습니다.
kubectl scale deployment {{ app }} --replicas=0; sleep 40
kubectl delete pvc {{ app }}
cat <<END | kubectl apply -f -
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: {{ app }}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}}
END
kubectl scale deployment {{ app }} --replicas=1
