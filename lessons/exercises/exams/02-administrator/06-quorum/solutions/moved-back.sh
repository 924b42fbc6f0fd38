for node in cp-1 cp-2 cp-3; do ssh $node "[ -e /etc/kubernetes/off/etcd.yaml ] && mv /etc/kubernetes/off/etcd.yaml /etc/kubernetes/manifests/ || true"; done
sleep 120
