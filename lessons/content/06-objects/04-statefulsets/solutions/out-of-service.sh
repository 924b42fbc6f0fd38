kubectl delete statefulset db
sed -i -e 's/serviceName: dbs/serviceName: db/' -e '/podManagementPolicy/d' db.yaml
kubectl create service clusterip db --clusterip=None --tcp=8080:8080
kubectl apply -f db.yaml
kubectl rollout status statefulset/db --timeout=180s
# A new name takes a moment to be known.
until kubectl exec deploy/shell -- curl -s "http://db-2.db:8080/put?k=word&v={{ word }}"; do sleep 2; done
kubectl scale statefulset db --replicas=2
sleep 20
kubectl scale statefulset db --replicas=3
sleep 30
#: names-and-order its-own-disk
ssh node-2 poweroff
sleep 60
# The machine is off: we cut its power ourselves.
kubectl taint node node-2 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute
