cat <<END | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: {{ name }}}
spec: {clusterIP: None, selector: {app: {{ name }}}, ports: [{port: 8080}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ name }}}
spec:
  serviceName: {{ name }}
  replicas: 3
  selector: {matchLabels: {app: {{ name }}}}
  template:
    metadata: {labels: {app: {{ name }}}}
    spec: {containers: [{name: web, image: "kubelab/web:1.0", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
END
sleep 90
