# task: read-the-map
# en: That is dev's API server. Which cluster does the context prod name?
# ko: dev의 API 서버입니다. prod 컨텍스트는 어느 클러스터를 가리킬까요?
mkdir -p ~/answers; echo 10.0.0.10:6443 > ~/answers/server; echo kubernetes-admin > ~/answers/user
