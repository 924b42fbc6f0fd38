# task: names-and-order
# en: The Service db has an address of its own, so that its name leads to any of the Pods. Headless means clusterIP: None.
# ko: db 서비스에 자기 주소가 있어서 이름이 아무 파드로나 이어집니다. 헤드리스는 clusterIP: None입니다.
kubectl delete statefulset db
sed -i -e 's/serviceName: dbs/serviceName: db/' -e '/podManagementPolicy/d' db.yaml; kubectl apply -f db.yaml
kubectl create service clusterip db --tcp=8080:8080
