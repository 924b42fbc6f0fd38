# task: names-and-order
# en: With Parallel all start at once, and the replicas look for a primary that is not there yet.
# ko: Parallel이면 모두 한꺼번에 시작해서, 복제본이 아직 없는 원본을 찾습니다.
kubectl delete statefulset db
sed -i 's/serviceName: dbs/serviceName: db/' db.yaml; kubectl apply -f db.yaml
kubectl create service clusterip db --clusterip=None --tcp=8080:8080
