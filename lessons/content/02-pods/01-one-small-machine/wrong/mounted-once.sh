# task: two-share-a-disk
# en: Only one container mounts the volume: tail writes /shared/hello into a layer of its own. Mount it in both.
# ko: 볼륨을 한쪽에만 마운트했습니다. tail은 /shared/hello를 자기 레이어에 쓰고 있습니다. 양쪽에 마운트하세요.
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata: {name: pair}
spec:
  volumes: [{name: shared, emptyDir: {}}]
  containers:
  - {name: web, image: "kubelab/web:1.0", volumeMounts: [{name: shared, mountPath: /shared}]}
  - {name: tail, image: "kubelab/shell:1.0", command: [sh, -c, "mkdir /shared; echo {{ word }} > /shared/hello; sleep infinity"]}
END
