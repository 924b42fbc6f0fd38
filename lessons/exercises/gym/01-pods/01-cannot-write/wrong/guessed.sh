# task: cause
# en: A read-only mount would say: Read-only file system. This says: Permission denied, to this user.
# ko: 읽기 전용 마운트라면 Read-only file system이라고 합니다. 여기서는 이 사용자에게 Permission denied라고 합니다.
mkdir -p ~/answers; echo readonly > ~/answers/cause
