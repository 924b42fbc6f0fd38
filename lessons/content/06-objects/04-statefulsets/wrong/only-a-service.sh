# task: names-and-order
# en: The names of the Pods hang below the Service that .spec.serviceName names, and db looks for db-0.db.
# ko: 파드의 이름은 .spec.serviceName에 적힌 서비스 아래에 생깁니다. db는 db-0.db를 찾습니다.
kubectl create service clusterip db --clusterip=None --tcp=8080:8080
