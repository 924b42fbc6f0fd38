ssh cp-1 "mv /etc/kubernetes/off/*.yaml /etc/kubernetes/manifests/"
sleep 60
