# task: shopfront
# en: With nodeName you did the scheduler's work: taints and room on the node were not asked. Leave it out.
# ko: nodeName을 써서 스케줄러의 일을 대신 했습니다. 노드의 테인트도, 남은 자리도 묻지 않았습니다. 빼고 만드세요.
sed -i 's/ShopFront/shopfront/; s/app: shop$/app: {{ app }}/; s/wbe/web/; s/^spec:/spec:\n  nodeName: node-2/' shop.yaml
cat >> shop.yaml <<END
      env: [{name: PORT, value: "{{ port }}"}]
      ports: [{name: http, containerPort: {{ port }}}]
END
kubectl apply -f shop.yaml
