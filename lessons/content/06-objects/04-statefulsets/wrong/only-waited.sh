# task: when-a-node-dies
# en: One Pod is still held on the dead node. Be sure that the machine is off, and tell the cluster: out-of-service.
# ko: 파드 하나가 아직 죽은 노드에 묶여 있습니다. 머신이 꺼졌는지 확인하고 클러스터에 알리세요. out-of-service입니다.
kubectl delete statefulset db
sed -i -e 's/serviceName: dbs/serviceName: db/' -e '/podManagementPolicy/d' db.yaml; kubectl apply -f db.yaml
kubectl create service clusterip db --clusterip=None --tcp=8080:8080
kubectl rollout status statefulset/db --timeout=180s
ssh node-2 poweroff; sleep 420
