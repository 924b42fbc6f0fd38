kubectl set resources deployment big --requests=cpu=2
mkdir -p ~/answers
echo node-1 node-2 > ~/answers/passed
echo node-2 > ~/answers/winner
kubectl apply -f q.yaml
kubectl get pods -l app=crowd --field-selector status.phase=Running --no-headers | wc -l > ~/answers/fit
kubectl set resources deployment crowd --requests=cpu=250m
