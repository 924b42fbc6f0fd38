# task: let-slow-start
# en: It starts now, and when it hangs it will hang for ever: nothing asks any more. Keep the liveness probe.
# ko: 이제 시작되지만, 멈추면 멈춘 채로 있습니다. 물어보는 것이 없기 때문입니다. 활성 프로브는 두세요.
kubectl patch deployment slow -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":null}]}}}}'
