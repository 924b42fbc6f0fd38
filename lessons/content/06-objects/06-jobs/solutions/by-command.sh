kubectl get job import -o yaml | sed '/uid:/d; /resourceVersion:/d; /controller-uid/d; /job-name/d; s/name: import$/name: import2/; s/backoffLimit: 1/backoffLimit: 4/' > import2.yaml
sed -i '/^status:/,$d; /selector:/,/template:/{/template:/!d}' import2.yaml
kubectl create -f import2.yaml
kubectl create job resize --image=kubelab/batch:1.0 --dry-run=client -o yaml | sed 's/^spec:/spec:\n  completions: {{ completions }}\n  parallelism: 2/' | kubectl create -f -
kubectl patch cronjob nightly -p '{"spec":{"concurrencyPolicy":"Forbid","successfulJobsHistoryLimit":{{ history }}}}'
kubectl create cronjob report --image=kubelab/batch:1.0 --schedule='30 {{ hour }} * * 1-5'
kubectl patch cronjob report -p '{"spec":{"timeZone":"Asia/Seoul"}}'
kubectl wait --for=condition=complete job/resize --timeout=120s
