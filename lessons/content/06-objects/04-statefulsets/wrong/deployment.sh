# task: names-and-order
# en: Three Pods of a Deployment share one claim, have no numbers and no order. db needs a StatefulSet.
# ko: 디플로이먼트의 파드 셋은 클레임 하나를 나눠 쓰고 번호도 순서도 없습니다. db에는 스테이트풀셋이 필요합니다.
kubectl delete statefulset db
kubectl create deployment db --image=kubelab/db:1.0 --replicas=3
