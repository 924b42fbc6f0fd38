# task: who-does-what
# en: Docker builds images. What runs them here is shown by `kubectl get nodes -o wide`.
# ko: Docker는 이미지를 만듭니다. 여기에서 실행하는 것은 `kubectl get nodes -o wide`에 나옵니다.
mkdir -p ~/answers; echo docker > ~/answers/runtime; echo yes > ~/answers/podpod
