# task: how-long-it-takes
# en: {{ node }} is cordoned, and in good health. Cut its power: log in with ssh.
# ko: {{ node }} 노드는 닫혔지만 멀쩡합니다. ssh로 들어가서 전원을 끊으세요.
kubectl cordon {{ node }}; mkdir -p ~/answers; echo 355 > ~/answers/gap
