# task: read-the-map
# en: That is what the file said, and nobody listens there. Find the true port first.
# ko: 파일에 적혀 있던 값이지만 거기에서는 아무도 듣지 않습니다. 맞는 포트를 먼저 찾으세요.
mkdir -p ~/answers; echo 10.0.1.10:{{ port }} > ~/answers/server; echo {{ prod }}-admin > ~/answers/user
