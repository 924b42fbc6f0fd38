cat <<END | kubectl apply -f -
apiVersion: batch/v1
kind: Job
metadata: {name: import2}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: import
        image: kubelab/batch:1.0
        env: [{name: FAIL_FIRST, value: "2"}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: resize}
spec:
  completions: {{ completions }}
  parallelism: 2
  completionMode: Indexed
  template:
    spec:
      restartPolicy: OnFailure
      containers: [{name: resize, image: "kubelab/batch:1.0"}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: 30 {{ hour }} * * MON-FRI
  timeZone: Asia/Seoul
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: "kubelab/batch:1.0"}]
END
kubectl get cronjob nightly -o yaml | sed 's/concurrencyPolicy: Allow/concurrencyPolicy: Forbid/; s/successfulJobsHistoryLimit: 3/successfulJobsHistoryLimit: {{ history }}/' | kubectl apply -f -
