# task: mended
# en: It writes less than it did: the log was wanted as it is. Keep what is kept of it short.
# ko: 전보다 덜 씁니다. 로그는 그대로 필요합니다. 남겨 두는 양만 줄이세요.
kubectl set env deployment {{ app }} WRITE_MI_PER_MIN=1
kubectl delete pod --field-selector=status.phase=Failed
