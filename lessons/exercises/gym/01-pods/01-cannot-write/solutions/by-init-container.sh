mkdir -p ~/answers; echo ownership > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"initContainers":[{"name":"own","image":"busybox:1.37","command":["chown","-R","{{ user }}","/data"],"securityContext":{"runAsUser":0,"runAsNonRoot":false},"volumeMounts":[{"name":"data","mountPath":"/data"}]}]}}}}'
kubectl rollout status deployment {{ app }} --timeout=120s
