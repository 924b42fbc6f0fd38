kubectl apply -f - <<EOF
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {type: NodePort, selector: {app: shop}, ports: [{port: 80, targetPort: 8080, nodePort: {{ port }}}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop-lb}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
EOF
kubectl delete ingress site
kubectl create ingress site --class=lab --rule="{{ host }}/*=shop:80" --rule="{{ host }}/blog*=blog:80"
