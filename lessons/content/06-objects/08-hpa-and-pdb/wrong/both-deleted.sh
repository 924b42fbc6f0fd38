# task: let-one-go
# en: For a while no till was ready while node-2 was emptied. Open node-2 again, and drain it with one till left at any time.
# ko: node-2를 비우는 동안 한때 Ready인 till이 하나도 없었습니다. node-2를 다시 열고, till이 언제나 하나는 남게 드레인하세요.
kubectl cordon node-2
kubectl delete pod till-0 till-1 --force
kubectl drain node-2 --ignore-daemonsets --timeout=60s
kubectl patch pdb till -p '{"spec":{"{{ field }}":{{ loose }}}}'
