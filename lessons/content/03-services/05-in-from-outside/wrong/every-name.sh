# task: one-door-two-shops
# en: Every name leads to your site now: the rule has lost its host.
# ko: 이제 어떤 이름으로 와도 들어옵니다. 규칙에서 호스트가 빠졌습니다.
kubectl delete ingress site
kubectl create ingress site --class=lab --rule="/*=shop:80" --rule="/blog*=blog:80"
