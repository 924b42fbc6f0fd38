# task: one-door-two-shops
# en: {{ host }}/blog does not reach blog: a rule with the path /blog is missing, or leads elsewhere.
# ko: {{ host }}/blog 주소가 blog에 닿지 않습니다. /blog 경로의 규칙이 없거나 다른 곳을 가리킵니다.
kubectl patch ingress site -p '{"spec":{"ingressClassName":"lab"}}'
