# task: one-door-two-shops
# en: Nobody serves that class. See `kubectl get ingressclasses`.
# ko: 그 클래스를 맡은 컨트롤러가 없습니다. `kubectl get ingressclasses`를 보세요.
kubectl patch ingress site -p '{"spec":{"ingressClassName":"traefik"}}'
