mkdir -p ~/answers; echo selector > ~/answers/cause
kubectl patch service {{ app }} -p '{"spec":{"selector":{"team":"store"}}}'
