kubectl delete statefulset db
sed -i -e 's/serviceName: dbs/serviceName: db/' -e 's/Parallel/OrderedReady/' db.yaml
kubectl apply -f db.yaml
sleep 20
# db-1 has looked in vain for its primary by now, and tries again.
kubectl apply -f - <<EOF
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{port: 8080}]}}
EOF
kubectl rollout status statefulset/db --timeout=300s
until kubectl exec deploy/shell -- curl -s "http://db-2.db:8080/put?k=word&v={{ word }}"; do sleep 2; done
#: names-and-order its-own-disk
ssh node-2 poweroff
sleep 60
kubectl taint node node-2 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute
