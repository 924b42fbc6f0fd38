# task: import-again
# en: This is another work: the import fails twice before it gets through (FAIL_FIRST=2). Keep that, and let the Job bear it.
# ko: 다른 작업이 되었습니다. import는 두 번 실패한 다음 성공합니다(FAIL_FIRST=2). 그대로 두고 잡이 견디게 하세요.
kubectl apply -f - <<END
apiVersion: batch/v1
kind: Job
metadata: {name: import2}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: import, image: "busybox:1.37", command: ["true"], env: [{name: FAIL_FIRST, value: "2"}]}]}}}
END
