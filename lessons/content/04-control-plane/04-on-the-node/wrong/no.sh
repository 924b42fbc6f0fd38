# task: who-does-what
# en: podpod asks: did calls from {{ mute }} to Pod addresses work all along? Try the Pod's address instead of the Service's.
# ko: podpod는 {{ mute }} 노드에서 파드 주소로 부르는 것이 줄곧 통했는지 묻습니다. 서비스 주소 말고 파드 주소로 불러 보세요.
mkdir -p ~/answers; echo containerd://2.2.0 > ~/answers/runtime; echo no > ~/answers/podpod
