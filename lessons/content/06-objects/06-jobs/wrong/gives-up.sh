# task: import-again
# en: It gave up after two attempts, like the first one. Let it fail at least twice: backoffLimit.
# ko: 처음 것처럼 두 번 만에 포기했습니다. 두 번은 실패해도 되게 하세요. backoffLimit입니다.
cat <<END | kubectl apply -f -
apiVersion: batch/v1
kind: Job
metadata: {name: import2}
spec:
  backoffLimit: 1
  template:
    spec:
      restartPolicy: Never
      containers: [{name: import, image: "kubelab/batch:1.0", env: [{name: FAIL_FIRST, value: "2"}]}]
END
