mkdir -p ~/answers; echo apigroup > ~/answers/cause
#: cause
kubectl create role {{ op }}-lease --verb=get,update,patch --resource=leases.coordination.k8s.io
kubectl create rolebinding {{ op }}-lease --role={{ op }}-lease --serviceaccount={{ namespace }}:{{ op }}
