# task: a-service-for-stock
# en: stock has its own name now, but everything is still there, and half of what goes to its port 81 still fails.
# ko: stock에 자기 이름이 생겼지만 everything이 아직 있습니다. 81 포트로 가는 요청은 여전히 절반이 실패합니다.
kubectl expose deployment stock --port=80 --target-port=http
