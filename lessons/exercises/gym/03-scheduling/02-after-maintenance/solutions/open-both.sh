mkdir -p ~/answers; echo leftovers > ~/answers/cause
#: cause
kubectl uncordon {{ cordoned }}
kubectl taint node {{ tainted }} {{ key }}-
