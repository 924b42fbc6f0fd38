mkdir -p ~/answers; echo targetPort > ~/answers/cause
#: cause
kubectl patch service {{ app }} -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'
