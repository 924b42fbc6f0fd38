mkdir -p ~/answers; echo selector > ~/answers/cause
#: cause
kubectl patch service {{ app }} -p '{"spec":{"selector":{"track":"stable"}}}'
