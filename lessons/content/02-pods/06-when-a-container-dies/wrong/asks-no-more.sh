# task: what-payment-lacks
# en: It no longer asks for {{ variable }}, but it still lacks it: the first payment will fail.
# ko: 이제 {{ variable }} 값을 요구하지 않지만 여전히 없습니다. 첫 결제가 실패합니다.
kubectl set env deployment/payment NEEDS-
