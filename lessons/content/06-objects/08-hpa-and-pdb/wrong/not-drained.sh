# task: let-one-go
# en: The budget is right now. node-2 is still to be drained.
# ko: 예산은 이제 맞습니다. 아직 node-2를 드레인하지 않았습니다.
kubectl patch pdb till -p '{"spec":{"{{ field }}":{{ loose }}}}'
