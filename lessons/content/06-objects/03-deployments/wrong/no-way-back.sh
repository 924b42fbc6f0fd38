# task: new-version
# en: The way back is gone: no ReplicaSet of version 1.0 is left. It is the history that undo needs.
# ko: 되돌아갈 길이 없어졌습니다. 버전 1.0의 레플리카셋이 남아 있지 않습니다. undo는 그 이력을 씁니다.
kubectl patch deployment web -p '{"spec":{"revisionHistoryLimit":0}}'
kubectl set image deployment/web web=kubelab/web:1.1
