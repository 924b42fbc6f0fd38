# task: mended
# en: The Node object was made anew: that repairs nothing on the machine.
# ko: 노드 오브젝트를 새로 만들었습니다. 그래도 머신에서는 고쳐지는 것이 없습니다.
kubectl delete node {{ node }}; ssh {{ node }} systemctl restart kubelet; sleep 60
