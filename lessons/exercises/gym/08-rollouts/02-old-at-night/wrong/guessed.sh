# task: cause
# en: A rollback leaves its trace in the history. This is somebody who applies a file: ask managedFields who, and when.
# ko: 롤백은 이력에 흔적을 남깁니다. 여기서는 누군가 파일을 적용했습니다. 누가 언제 했는지 managedFields에 물어보세요.
mkdir -p ~/answers; echo rollback > ~/answers/cause
