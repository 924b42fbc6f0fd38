# task: any-node
# en: web has two copies by hand, and its HPA takes one away again when it is quiet. Say it to the HPA: minReplicas.
# ko: 손으로 둘로 늘렸지만 조용해지면 HPA가 다시 줄입니다. HPA에 말하세요. minReplicas입니다.
kubectl delete hpa web; kubectl scale deployment web --replicas=2
kubectl autoscale deployment web --cpu=50% --min=1 --max=8
