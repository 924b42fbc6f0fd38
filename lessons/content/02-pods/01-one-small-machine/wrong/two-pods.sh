# task: two-share-a-disk
# en: tail is a Pod of its own: it has its own address and its own disk, and what it writes never arrives. Put both containers into pair.
# ko: tail이 따로 파드가 되었습니다. 주소도 디스크도 따로여서 쓴 내용이 전해지지 않습니다. 두 컨테이너를 pair 하나에 넣으세요.
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: pair}
spec:
  containers: [{name: web, image: "kubelab/web:1.0"}]
---
apiVersion: v1
kind: Pod
metadata: {name: tail}
spec:
  containers: [{name: tail, image: "kubelab/shell:1.0", command: [sh, -c, "mkdir /shared; echo {{ word }} > /shared/hello; sleep infinity"]}]
END
