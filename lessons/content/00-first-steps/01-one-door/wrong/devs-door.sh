# task: find-the-door
# en: That is dev's door: prod would show you dev. Its address is another, only the port was wrong.
# ko: dev의 문입니다. prod라고 하면서 dev를 보게 됩니다. 주소는 맞았고 포트만 틀렸습니다.
kubectl config set-cluster {{ prod }} --server=https://10.0.0.10:6443
