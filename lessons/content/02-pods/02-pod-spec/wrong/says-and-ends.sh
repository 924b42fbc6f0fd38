# task: say-it-once
# en: It says the word, ends, and is started again. After the word it is to wait: `sleep infinity`.
# ko: 출력하고 끝나서 자꾸 다시 시작됩니다. 출력한 다음에는 기다려야 합니다. `sleep infinity`
kubectl run hello --image=busybox:1.37 -- echo {{ word }}
