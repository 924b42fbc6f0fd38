# task: back-in-service
# en: node-2 still says SchedulingDisabled: nobody comes.
# ko: node-2가 아직 SchedulingDisabled입니다. 아무도 오지 않습니다.
kubectl create deployment pet --image=kubelab/web:1.0
kubectl delete pod pet
kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data
