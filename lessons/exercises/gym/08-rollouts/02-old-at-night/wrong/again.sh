# task: mended
# en: In a copy we let the nightly job run and looked again: it is back at 1.0.
# ko: 복사본에서 야간 작업을 실행하고 다시 보았더니 1.0으로 돌아와 있었습니다.
kubectl set image deployment/{{ app }} web=kubelab/web:1.1
