mkdir -p ~/answers; echo scheduler > ~/answers/cause
#: cause
ssh cp-1 "sed -i 's|{{ new }}|{{ old }}|' /etc/kubernetes/manifests/kube-scheduler.yaml"
