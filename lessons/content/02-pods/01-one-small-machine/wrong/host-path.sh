# task: two-share-a-disk
# en: A hostPath is shared with the node and with every Pod on it that asks. An emptyDir lives and dies with this Pod.
# ko: hostPath는 노드와, 그리고 노드의 다른 파드와도 함께 쓰는 폴더입니다. emptyDir는 이 파드와 함께 생기고 사라집니다.
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: pair}
spec:
  volumes: [{name: shared, hostPath: {path: /tmp}}]
  containers:
  - {name: web, image: "kubelab/web:1.0", volumeMounts: [{name: shared, mountPath: /shared}]}
  - {name: tail, image: "kubelab/shell:1.0", command: [sh, -c, "echo {{ word }} > /shared/hello; sleep infinity"], volumeMounts: [{name: shared, mountPath: /shared}]}
END
