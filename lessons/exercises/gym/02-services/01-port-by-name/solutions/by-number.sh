mkdir -p ~/answers; echo targetPort > ~/answers/cause
kubectl patch service {{ app }} -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'
