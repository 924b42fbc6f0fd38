# task: what-goes-on
# en: The address of a new Service is given out by the API server, and the rules on the nodes come from what it tells.
# ko: 새 서비스의 주소는 API 서버가 나눠 주고, 노드의 규칙도 API 서버가 알려 주어야 생깁니다.
mkdir -p ~/answers; echo A B C > ~/answers/still
