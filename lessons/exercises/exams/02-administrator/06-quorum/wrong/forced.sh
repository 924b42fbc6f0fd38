# task: writes
# en: --force-new-cluster makes a cluster of one out of what one member has: the last resort, when the others are lost for good. These are not.
# ko: --force-new-cluster는 한 멤버가 가진 것으로 하나짜리 클러스터를 만듭니다. 나머지를 영영 잃었을 때 쓰는 마지막 수단인데, 나머지는 아직 있습니다.
for node in cp-1 cp-2 cp-3; do
  ssh $node "[ -e /etc/kubernetes/manifests/etcd.yaml ] && sed -i 's/^    - etcd$/&\n    - --force-new-cluster/' /etc/kubernetes/manifests/etcd.yaml"
done
sleep 60
