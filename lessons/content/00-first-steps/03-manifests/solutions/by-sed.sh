sed -i -e '/replica: 3/d' -e 's/{{ misspelt }}/imagePullPolicy/' -e 's/\t//' -e '/name: DEBUG/,+1d' web.yaml
kubectl apply -f web.yaml
kubectl expose deployment web --port=80 --target-port=8080 --dry-run=client -o yaml > svc.yaml
kubectl apply -f svc.yaml
for each in web svc; do
  kubectl label --local -f $each.yaml team={{ team }} -o yaml > new.yaml && mv new.yaml $each.yaml
done
kubectl apply -f web.yaml -f svc.yaml
