# task: read-the-map
# en: That is the URL. Host and port were asked for: what stands after https://
# ko: URL을 그대로 썼습니다. 호스트와 포트, 곧 https:// 뒤의 것만 쓰세요.
mkdir -p ~/answers; echo https://10.0.1.10:6443 > ~/answers/server; echo {{ prod }}-admin > ~/answers/user
