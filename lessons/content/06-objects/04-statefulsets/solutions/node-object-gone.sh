kubectl delete statefulset db
kubectl apply -f - <<EOF
{apiVersion: v1, kind: Service, metadata: {name: db}, spec: {clusterIP: None, selector: {app: db}, ports: [{name: http, port: 8080}]}}
EOF
sed -i -e 's/serviceName: dbs/serviceName: db/' -e 's/Parallel/OrderedReady/' db.yaml
kubectl create -f db.yaml
kubectl wait --for=jsonpath='{.status.readyReplicas}'=3 statefulset/db --timeout=180s
# A new name takes a moment to be known.
until kubectl exec deploy/shell -- curl -s -X POST "http://db-2.db.data:8080/put?k=word&v={{ word }}"; do sleep 2; done
#: names-and-order its-own-disk
ssh node-2 poweroff
sleep 60
kubectl delete node node-2
sleep 420
