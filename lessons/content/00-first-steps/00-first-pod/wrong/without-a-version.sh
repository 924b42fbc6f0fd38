# task: run-a-pod
# en: Without a tag the newest image is taken, another one next month. Name the version: nginx:1.29.
# ko: 태그가 없으면 그때그때 가장 새로운 이미지를 받습니다. 다음 달에는 다른 이미지가 됩니다. nginx:1.29처럼 버전을 적으세요.
kubectl run web --image=nginx
