# task: an-agent-everywhere
# en: logger came, and so may everybody else: the taint is off node-3. Put it back, and let logger bear it.
# ko: logger가 왔지만 이제 다른 파드도 올 수 있습니다. node-3의 테인트를 다시 붙이고 logger가 견디게 하세요.
kubectl taint node node-3 {{ hardware }}-
