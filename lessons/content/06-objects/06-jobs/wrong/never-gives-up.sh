# task: import-again
# en: That many attempts hide a work that never succeeds. Two failures need a limit of two; the default is 6.
# ko: 한도가 너무 크면 끝내 성공하지 못하는 작업도 알아차리기 어렵습니다. 두 번 실패하니 2면 되고, 기본값은 6입니다.
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
