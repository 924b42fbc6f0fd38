ssh cp-1 'cp /etc/kubernetes/off/*.yaml /etc/kubernetes/manifests/; rm /etc/kubernetes/off/*.yaml'
mkdir -p ~/answers; echo "B, A" > ~/answers/still; echo {{ component }} > ~/answers/component
kubectl create service nodeport gate --tcp=80:8080 --node-port={{ port }} --dry-run=client -o yaml | sed 's/app: gate$/app: web/' > gate.yaml
kubectl apply -f gate.yaml
kubectl patch service gate -p '{"spec":{"selector":{"app":"web"}}}'
