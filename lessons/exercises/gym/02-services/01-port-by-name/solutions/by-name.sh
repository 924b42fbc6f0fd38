mkdir -p ~/answers; echo targetPort > ~/answers/cause
#: cause
kubectl get endpointslices -l kubernetes.io/service-name={{ app }} -o yaml | grep -A3 ports
kubectl patch service {{ app }} -p '{"spec":{"ports":[{"port":80,"targetPort":"http"}]}}'
