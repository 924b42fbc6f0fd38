# task: an-address-that-stays
# en: It answers on port {{ port }}. The task asks for an address without a port number: port 80, which leads to {{ port }}.
# ko: {{ port }} 포트에서 답합니다. 과제는 포트 번호가 없는 주소입니다. 80번이 {{ port }} 포트로 이어지게 하세요.
kubectl scale deployment/web --replicas={{ replicas }}
kubectl expose deployment/web --port={{ port }}
