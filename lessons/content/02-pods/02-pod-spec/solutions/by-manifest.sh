sed -i 's/ShopFront/shopfront/; s/app: shop$/app: {{ app }}/; s/wbe/web/' shop.yaml
cat >> shop.yaml <<END
      env: [{name: PORT, value: "{{ port }}"}]
      ports: [{name: http, containerPort: {{ port }}}]
END
kubectl apply -f shop.yaml
kubectl run hello --image=busybox:1.37 -- sh -c 'echo {{ word }}; sleep infinity'
kubectl set image pod/old web=kubelab/web:1.1
