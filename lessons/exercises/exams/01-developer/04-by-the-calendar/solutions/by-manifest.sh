cat <<END | kubectl apply -f -
apiVersion: batch/v1
kind: CronJob
metadata: {name: {{ name }}}
spec:
  schedule: "{{ cron }}"
  timeZone: Asia/Seoul
  concurrencyPolicy: Forbid
  successfulJobsHistoryLimit: 2
  failedJobsHistoryLimit: 1
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.37", command: [date]}]}
END
