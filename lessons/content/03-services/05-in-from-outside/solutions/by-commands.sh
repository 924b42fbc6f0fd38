kubectl patch service shop -p '{"spec":{"type":"NodePort","ports":[{"port":80,"targetPort":8080,"nodePort":{{ port }}}]}}'
sed -i 's/ingressClassName: nginx/ingressClassName: lab/' site.yaml
cat >> site.yaml <<'EOF'
          - path: /blog
            pathType: Prefix
            backend: {service: {name: blog, port: {number: 80}}}
EOF
kubectl apply -f site.yaml
kubectl expose deployment shop --name=shop-lb --port=80 --target-port=8080 --type=LoadBalancer
kubectl patch service shop-lb -p '{"spec":{"externalTrafficPolicy":"Local"}}'
