mkdir -p ~/answers
echo {{ component }} > ~/answers/component
ssh cp-1 mv /etc/kubernetes/off/{{ component }}.yaml /etc/kubernetes/manifests/
echo A B > ~/answers/still
kubectl patch service web -p '{"spec":{"type":"NodePort","ports":[{"port":80,"targetPort":8080,"nodePort":{{ port }}}]}}'
