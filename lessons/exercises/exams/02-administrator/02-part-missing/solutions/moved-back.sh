ssh {{ at }} "mv /etc/kubernetes/off/*.yaml /etc/kubernetes/manifests/"
sleep 90
