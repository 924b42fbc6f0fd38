# task: several-at-once
# en: It succeeds, and it is not the work that was asked for: the image is kubelab/batch:1.0.
# ko: 성공하지만 요청한 작업이 아닙니다. 이미지는 kubelab/batch:1.0이어야 합니다.
kubectl apply -f - <<END
apiVersion: batch/v1
kind: Job
metadata: {name: resize}
spec:
  completions: {{ completions }}
  parallelism: 2
  template: {spec: {restartPolicy: Never, containers: [{name: resize, image: "busybox:1.37", command: ["true"]}]}}
END
