# task: mend-the-file
# en: The cluster is right, and the file is now a lie: DEBUG is still in ~/web.yaml, and the next apply brings it back.
# ko: 클러스터는 맞지만 파일은 거짓말이 되었습니다. ~/web.yaml에 아직 DEBUG가 있어서 다음에 적용하면 되살아납니다.
kubectl set env deployment/web DEBUG-
