# task: lasting
# en: All three write to one disk: each Pod was to have a claim of its own. A StatefulSet makes them from volumeClaimTemplates.
# ko: 셋이 한 디스크에 씁니다. 파드마다 클레임이 따로 있어야 합니다. 스테이트풀셋은 volumeClaimTemplates로 만듭니다.
kubectl apply -f - <<END
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
END
cat <<END | kubectl apply -f -
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ name }}}
spec:
  serviceName: {{ name }}
  replicas: 3
  selector: {matchLabels: {app: {{ name }}}}
  template:
    metadata: {labels: {app: {{ name }}}}
    spec:
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
      containers: [{name: web, image: "kubelab/web:1.0", volumeMounts: [{name: data, mountPath: /data}]}]
END
sleep 90
