# task: two-digests
# en: That is dev's. Did you ask with --context=prod?
# ko: dev의 값입니다. --context=prod를 붙였나요?
mkdir -p ~/answers; for c in dev prod; do kubectl get pods -l app=web -o jsonpath='{.items[0].status.containerStatuses[0].imageID}' > ~/answers/$c; done
