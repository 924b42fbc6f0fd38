# task: the-template-is-for-later
# en: The template says 1.1, and Pods made before still run 1.0: a ReplicaSet counts its Pods and never changes them. The template is for the next one.
# ko: 템플릿은 1.1인데 먼저 만든 파드는 아직 1.0입니다. 레플리카셋은 파드를 세기만 하고 고치지 않습니다. 템플릿은 다음에 만들 파드에 쓰입니다.
kubectl set image replicaset/web web=kubelab/web:1.1
