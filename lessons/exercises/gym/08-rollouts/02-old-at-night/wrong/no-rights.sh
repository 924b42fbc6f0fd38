# task: mended
# en: In a copy we let the nightly job run, and it failed.
# ko: 복사본에서 야간 작업을 실행했더니 실패했습니다.
kubectl delete rolebinding night
