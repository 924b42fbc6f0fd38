cat <<END | kubectl apply -f -
apiVersion: batch/v1
kind: Job
metadata: {name: {{ name }}}
spec:
  completions: 4
  parallelism: 2
  activeDeadlineSeconds: 90
  ttlSecondsAfterFinished: 300
  template:
    spec:
      restartPolicy: Never
      containers: [{name: batch, image: "kubelab/batch:1.0", env: [{name: STEPS, value: "{{ steps }}"}, {name: STEP_SECONDS, value: "2"}]}]
END
sleep 30
