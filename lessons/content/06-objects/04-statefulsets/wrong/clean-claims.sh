# task: names-and-order
# en: The claims are new: clean indeed, and what was on the disks is gone. Deleting a StatefulSet never needs its claims to go.
# ko: 클레임이 새것입니다. 깨끗하지만 디스크에 있던 것이 사라졌습니다. 스테이트풀셋을 지울 때 클레임까지 지울 필요는 없습니다.
kubectl delete statefulset db; sleep 10; kubectl delete pvc data-db-0 data-db-1 data-db-2
sed -i -e 's/serviceName: dbs/serviceName: db/' -e '/podManagementPolicy/d' db.yaml; kubectl apply -f db.yaml
kubectl create service clusterip db --clusterip=None --tcp=8080:8080
