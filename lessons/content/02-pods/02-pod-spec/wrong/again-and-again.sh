# task: say-it-once
# en: The log says more than the word, or says it again and again. Once was asked for.
# ko: 로그에 다른 말이 더 있거나 같은 말이 되풀이됩니다. 한 번만 출력하세요.
kubectl run hello --image=busybox:1.37 -- sh -c 'while true; do echo {{ word }}; sleep 20; done'
