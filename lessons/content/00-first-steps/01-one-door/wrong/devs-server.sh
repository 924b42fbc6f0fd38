# task: find-the-door
# en: dev worked, and now it does not: its server was changed. Compare the two clusters with `kubectl config view`.
# ko: 잘 되던 dev가 이제 되지 않습니다. dev의 서버를 바꿨습니다. `kubectl config view`로 두 클러스터를 비교하세요.
kubectl config set-cluster {{ dev }} --server=https://10.0.1.10:{{ port }}
