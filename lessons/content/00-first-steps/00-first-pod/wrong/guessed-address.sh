# task: note-its-address
# en: The file shall hold the address that `kubectl get pod web -o wide` shows now.
# ko: 지금 `kubectl get pod web -o wide`에 보이는 주소가 파일에 있어야 합니다.
kubectl run web --image=nginx:1.29
kubectl wait --for=condition=Ready pod/web --timeout=60s
mkdir -p ~/answers
echo 10.244.0.1 > ~/answers/ip
