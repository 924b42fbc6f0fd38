# task: mended
# en: Today's headline is there, because the Pods are new. In a copy we changed it once more, and two minutes later the file was old again.
# ko: 파드가 새것이라 오늘의 머리기사는 보입니다. 복사본에서 한 번 더 바꾸었더니 2분 뒤에도 파일은 옛것이었습니다.
kubectl rollout restart deployment {{ app }}
