# task: mend-the-file
# en: There is no web any more. The file was to be mended, not the shop to be closed.
# ko: web이 없어졌습니다. 고칠 것은 파일이고, 상점은 계속 열려 있어야 합니다.
kubectl delete deployment web
