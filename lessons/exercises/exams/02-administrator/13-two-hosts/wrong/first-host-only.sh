# task: tls
# en: Not every host shows the certificate of the Secret: `tls` names the hosts that it is for.
# ko: 시크릿의 인증서를 보여 주지 않는 호스트가 있습니다. `tls`에는 어느 호스트의 것인지 적습니다.
kubectl delete ingress site --ignore-not-found
kubectl create ingress site --class=lab --rule='{{ a }}/*=first:80,tls={{ secret }}' --rule='{{ b }}/*=second:80'
sleep 20
