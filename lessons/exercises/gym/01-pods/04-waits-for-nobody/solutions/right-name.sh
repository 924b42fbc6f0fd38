mkdir -p ~/answers; echo name > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"initContainers":[{"name":"wait-for-db","command":["sh","-c","until wget -q -T 2 -O- http://db.{{ there }}:5432; do echo waiting; sleep 2; done"]}]}}}}'
