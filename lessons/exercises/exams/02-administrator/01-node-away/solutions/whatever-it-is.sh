ssh {{ node }} "rm -f /var/log/app-debug.log; systemctl start containerd; sed -i 's#ca-old.crt#ca.crt#' /var/lib/kubelet/config.yaml; systemctl restart kubelet"
sleep 60
