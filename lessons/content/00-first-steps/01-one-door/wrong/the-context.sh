# task: read-the-map
# en: prod is the context. It ties a cluster to a user: which one?
# ko: prod는 컨텍스트입니다. 컨텍스트가 묶은 사용자는 누구일까요?
mkdir -p ~/answers; echo 10.0.1.10:6443 > ~/answers/server; echo prod > ~/answers/user
