# task: find-and-count
# en: That is dahlia: tier=cache, but env=test. Ask for both labels at once.
# ko: dahlia의 주소입니다. tier=cache이지만 env=test입니다. 두 레이블을 한꺼번에 조건으로 씁니다.
mkdir -p ~/answers
kubectl get pod dahlia -o jsonpath='{.status.podIP}' > ~/answers/ip
