# task: how-many-addresses
# en: There is no Pod pair yet, and it counts too: make it first.
# ko: pair 파드가 아직 없습니다. pair의 주소도 세어야 하니 먼저 만드세요.
mkdir -p ~/answers
kubectl get pods -l 'app in (duo,solo,twins)' -o name | wc -l > ~/answers/ips
