# task: let-one-go
# en: The budget still allows nobody to go: the next drain hangs as this one did.
# ko: 예산이 아직 아무도 내보내지 않습니다. 다음 드레인도 이번처럼 멈춥니다.
kubectl drain node-2 --ignore-daemonsets --disable-eviction
