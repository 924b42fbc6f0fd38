# task: done
# en: The work is another one: STEPS={{ steps }} and STEP_SECONDS=2 were asked for.
# ko: 다른 작업입니다. STEPS={{ steps }}, STEP_SECONDS=2여야 합니다.
kubectl create job {{ name }} --image=kubelab/batch:1.0 --dry-run=client -o yaml | sed 's/^spec:/spec:\n  completions: 4\n  parallelism: 2/' | kubectl create -f -
sleep 30
