# task: who-does-what
# en: That is its name. The version belongs to it: see `kubectl get nodes -o wide`.
# ko: 이름만 썼습니다. 버전까지 쓰세요. `kubectl get nodes -o wide`를 보세요.
mkdir -p ~/answers; echo containerd > ~/answers/runtime; echo yes > ~/answers/podpod
