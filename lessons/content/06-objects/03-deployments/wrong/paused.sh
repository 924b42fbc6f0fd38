# task: stops-by-itself
# en: The rollout of web is paused: no version gets through, a good one neither. It is to stop by itself, and only when the version is bad.
# ko: web의 롤아웃을 멈춰 두었습니다. 그러면 좋은 버전도 나가지 못합니다. 나쁜 버전일 때만 저절로 멈춰야 합니다.
kubectl rollout pause deployment web
