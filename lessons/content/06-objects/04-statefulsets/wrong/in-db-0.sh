# task: its-own-disk
# en: db-0 knows the word, db-2 does not: every Pod has a disk of its own. Ask for db-2 by name.
# ko: db-0은 알고 db-2는 모릅니다. 파드마다 디스크가 다릅니다. db-2를 이름으로 부르세요.
kubectl delete statefulset db
sed -i -e 's/serviceName: dbs/serviceName: db/' -e '/podManagementPolicy/d' db.yaml; kubectl apply -f db.yaml
kubectl create service clusterip db --clusterip=None --tcp=8080:8080
kubectl rollout status statefulset/db --timeout=180s
kubectl exec deploy/shell -- curl -s "http://db-0.db:8080/put?k=word&v={{ word }}"
