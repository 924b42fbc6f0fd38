# task: where-the-disk-is
# en: report runs without old: its file is on the other disk.
# ko: report가 old 없이 실행됩니다. 파일은 그 디스크에 있습니다.
sed -i 's/persistentVolumeClaim:/emptyDir: {}/; /claimName: old/d' report.yaml
kubectl apply -f report.yaml
