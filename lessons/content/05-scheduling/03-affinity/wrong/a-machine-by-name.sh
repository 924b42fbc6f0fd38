# task: should
# en: In a copy the fast disk moved to node-2, and cache did not follow: its wish names a machine. Let it prefer the label {{ key }}=ssd.
# ko: 복사본에서 빠른 디스크를 node-2로 옮겼는데 cache가 따라가지 않았습니다. 머신의 이름을 찾고 있습니다. {{ key }}=ssd 레이블을 가급적 찾게 하세요.
kubectl patch deployment cache -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"preference":{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["node-1"]}]}}]}}}}}}'
