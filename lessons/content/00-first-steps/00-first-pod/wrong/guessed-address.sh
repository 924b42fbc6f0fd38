# task: note-its-address
# en: The file is there, but it does not hold the address that `kubectl get pod web -o wide` shows now.
# ko: 파일은 있지만, 지금 `kubectl get pod web -o wide`에 보이는 주소와 다릅니다.
kubectl run web --image=nginx:1.29
kubectl wait --for=condition=Ready pod/web --timeout=60s
mkdir -p ~/answers
echo 10.244.0.1 > ~/answers/ip
