kubectl delete ingress site --ignore-not-found
kubectl create ingress site --class=lab --rule='{{ a }}/*=first:80,tls={{ secret }}' --rule='{{ b }}/*=second:80,tls={{ secret }}'
sleep 20
