# task: mended
# en: It is quiet because nothing is written any more: the log was wanted.
# ko: 아무것도 쓰지 않으니 조용합니다. 로그는 필요합니다.
kubectl scale deployment {{ app }} --replicas=0
