# task: import-again
# en: It got through. A work that never succeeds would try that often as well, and each attempt costs a Pod: two failures need a limit of two, the default is 6.
# ko: 끝까지 갔습니다. 끝내 성공하지 못하는 작업도 그만큼 시도하고, 시도마다 파드가 하나씩 듭니다. 두 번 실패하니 2면 되고, 기본값은 6입니다.
cat <<END | kubectl apply -f -
apiVersion: batch/v1
kind: Job
metadata: {name: import2}
spec:
  backoffLimit: 50
  template:
    spec:
      restartPolicy: Never
      containers: [{name: import, image: "kubelab/batch:1.0", env: [{name: FAIL_FIRST, value: "2"}]}]
END
