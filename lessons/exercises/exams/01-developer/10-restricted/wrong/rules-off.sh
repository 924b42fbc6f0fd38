# task: runs
# en: You took the guard away: the level of the namespace was to stay.
# ko: 지킴이를 없앴습니다. 네임스페이스의 수준은 그대로여야 합니다.
kubectl label namespace strict pod-security.kubernetes.io/enforce-; kubectl run {{ pod }} --image=kubelab/web:1.0
