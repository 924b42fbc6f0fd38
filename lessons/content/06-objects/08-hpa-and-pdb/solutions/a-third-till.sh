kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"200m"}}}]}}}}'
kubectl delete pdb till
kubectl create pdb till --selector=app=till --min-available=1
kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data --timeout=120s
#: let-one-go
kubectl uncordon node-2
kubectl patch hpa web --type=merge -p '{"spec":{"minReplicas":2}}'
kubectl create pdb web --selector="app in (web)" --min-available=50%
