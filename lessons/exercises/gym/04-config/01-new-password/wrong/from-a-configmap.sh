# task: mended
# en: In a copy the Secret was changed once more and the Pods started anew, and they did not have the new word: they do not read it from bank.
# ko: 복사본에서 시크릿을 다시 바꾸고 파드를 새로 시작했는데 새 값이 없었습니다. bank에서 읽지 않습니다.
kubectl create configmap words --from-literal=word={{ new }}
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","valueFrom":{"secretKeyRef":null,"configMapKeyRef":{"name":"words","key":"word"}}}]}]}}}}'
