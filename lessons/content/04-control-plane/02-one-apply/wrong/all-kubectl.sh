# task: who-wrote-it
# en: kubectl created one Deployment and left. ReplicaSet, Pods and binding have other authors: run trail.sh.
# ko: kubectl은 디플로이먼트 하나를 만들고 자리를 떴습니다. 레플리카셋, 파드, 바인딩은 다른 쪽이 썼습니다. trail.sh를 실행하세요.
kubectl apply -f web.yaml; mkdir -p ~/answers; echo kubectl kubectl kube-scheduler > ~/answers/writers
