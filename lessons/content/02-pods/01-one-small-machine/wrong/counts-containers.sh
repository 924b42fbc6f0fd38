# task: how-many-addresses
# en: Seven is the number of containers. An address belongs to the Pod, and all containers inside share it.
# ko: 7은 컨테이너의 개수입니다. 주소는 파드에 하나 있고 안의 컨테이너가 함께 씁니다.
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: pair, labels: {app: pair}}
spec:
  volumes: [{name: shared, emptyDir: {}}]
  containers:
  - {name: web, image: "kubelab/web:1.0", volumeMounts: [{name: shared, mountPath: /shared}]}
  - {name: tail, image: "kubelab/shell:1.0", volumeMounts: [{name: shared, mountPath: /shared}]}
END
mkdir -p ~/answers
kubectl get pods -l 'app in (duo,solo,pair,twins)' -o jsonpath='{.items[*].spec.containers[*].name}' | wc -w > ~/answers/ips
