# task: one-door-two-shops
# en: /blog itself is found, and /blog/ready below it is a 404: with pathType Exact nothing below belongs to the rule. Use Prefix.
# ko: /blog는 되지만 그 아래의 /blog/ready는 404입니다. pathType이 Exact이면 아래 경로는 규칙에 들지 않습니다. Prefix를 쓰세요.
kubectl delete ingress site
kubectl create ingress site --class=lab --rule="{{ host }}/*=shop:80" --rule="{{ host }}/blog=blog:80"
