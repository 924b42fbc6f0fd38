# task: any-node
# en: One copy is nobody once it is evicted: its successor comes only afterwards. Let the HPA keep two at least.
# ko: 하나뿐이면 축출되는 동안 아무도 없습니다. 다음 파드는 그 뒤에야 생깁니다. HPA가 둘은 두게 하세요.
kubectl create pdb web --selector=app=web --max-unavailable=1
