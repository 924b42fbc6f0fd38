# task: mended
# en: Others answer in the place of {{ app }}, or not all of it does: behind the Service there are to be its own Pods.
# ko: {{ app }} 대신 다른 파드가 답하거나 일부만 답합니다. 서비스 뒤에는 그 디플로이먼트의 파드가 있어야 합니다.
kubectl create deployment stand-in --image=kubelab/web:1.0 --replicas=2
kubectl patch service {{ app }} -p '{"spec":{"selector":{"app":"stand-in"},"ports":[{"port":80,"targetPort":8080}]}}'
