kubectl cordon {{ node }}
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'
kubectl rollout status deployment {{ app }} --timeout=120s
kubectl drain {{ node }} --ignore-daemonsets
mkdir -p ~/answers
kubectl get pods -A -o wide --no-headers | awk '$8 == "{{ node }}" {print $2}' > ~/answers/left
kubectl uncordon {{ node }}
