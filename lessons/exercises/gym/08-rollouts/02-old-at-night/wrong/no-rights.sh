# task: mended
# en: In a copy we slept a night: the nightly job failed.
# ko: 복사본에서 하룻밤 잤더니 야간 작업이 실패했습니다.
kubectl delete rolebinding night
