# task: no-more
# en: A ready-made role such as edit gives far more: its members read Secrets too. Write one with just what was asked.
# ko: edit 같은 준비된 롤은 훨씬 많은 권한을 줍니다. 시크릿까지 읽습니다. 요구한 것만 담은 롤을 쓰세요.
kubectl -n {{ a }} create rolebinding {{ group }} --clusterrole=edit --group={{ group }}
kubectl -n {{ b }} create rolebinding {{ group }} --clusterrole=edit --group={{ group }}
