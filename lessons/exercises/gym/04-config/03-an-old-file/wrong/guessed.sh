# task: cause
# en: The ConfigMap was changed, so it is not immutable. Look at how the one file is mounted.
# ko: 컨피그맵은 바뀌었으니 immutable이 아닙니다. 그 파일 하나가 어떻게 마운트되었는지 보세요.
mkdir -p ~/answers; echo immutable > ~/answers/cause
