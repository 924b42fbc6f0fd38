# task: asked
# en: It takes five seconds to start, and that was to be borne: leave START_DELAY alone.
# ko: 시작하는 데 5초가 걸리는 것은 견뎌야 합니다. START_DELAY는 그대로 두세요.
kubectl patch deployment {{ app }} -p '{"spec":{"strategy":{"type":"RollingUpdate"},"template":{"spec":{"containers":[{"name":"web","env":[{"name":"START_DELAY","value":"0"}],"lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
