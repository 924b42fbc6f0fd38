# task: an-address-that-stays
# en: web still has one Pod: while it is replaced, nobody stands behind the address. {{ replicas }} were asked for.
# ko: web의 파드가 아직 하나입니다. 바뀌는 동안에는 주소 뒤에 아무도 없습니다. {{ replicas }}개가 필요합니다.
kubectl expose deployment/web --port=80 --target-port={{ port }}
