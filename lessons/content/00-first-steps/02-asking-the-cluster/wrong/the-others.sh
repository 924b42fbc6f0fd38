# task: find-and-count
# en: That many Pods do have env=prod. The question is how many have not: `env!=prod`.
# ko: env=prod인 파드의 개수입니다. 과제는 env=prod가 아닌 파드입니다. `env!=prod`로 찾습니다.
mkdir -p ~/answers
kubectl get pods -l tier=cache,env=prod -o jsonpath='{.items[0].status.podIP}' > ~/answers/ip
kubectl get pods -l env=prod --no-headers | wc -l > ~/answers/count
