# task: a-place-to-keep
# en: The claim waits for its first consumer: no Pod uses it yet. That is no fault; let notes mount it.
# ko: 클레임이 첫 소비자를 기다립니다. 아직 쓰는 파드가 없습니다. 고장이 아니니 notes에 마운트하세요.
sed 's/try-late/notes/' late.yaml | kubectl apply -f -
