# task: the-right-word
# en: The image was right. It is the command that names a file which is not in it.
# ko: 이미지는 맞았습니다. 이미지에 없는 파일을 명령이 부르고 있습니다.
kubectl set image pod/typo web=nginx:1.29
