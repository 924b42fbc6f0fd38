# task: a-place-to-keep
# en: In a copy we wrote a file into /data and deleted the Pod: the next one had no such file. Is the claim mounted at /data?
# ko: 복사본에서 /data에 파일을 쓰고 파드를 지웠더니 새 파드에는 파일이 없었습니다. 클레임이 /data에 마운트되어 있나요?
sed 's/try-late/notes/' late.yaml | kubectl apply -f -
sed -e 's/emptyDir: {}/persistentVolumeClaim: {claimName: notes}/' -e 's#/data}#/notes}#' notes.yaml | kubectl apply -f -
