kubectl set resources deployment web --requests=cpu=200m
kubectl patch hpa web -p '{"spec":{"minReplicas":2}}'
kubectl create pdb web --selector=app=web --max-unavailable=1
kubectl patch pdb till -p '{"spec":{"{{ field }}":{{ loose }}}}'
kubectl drain node-2 --ignore-daemonsets --timeout=120s
#: let-one-go
kubectl uncordon node-2
