kubectl label node {{ node }} kube-proxy-
sleep 60
