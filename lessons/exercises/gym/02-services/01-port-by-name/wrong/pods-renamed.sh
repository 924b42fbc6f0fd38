# task: mended
# en: You changed the Pods to fit the mistake. They were right: it is the Service that asks for a port nobody has.
# ko: 실수에 맞추어 파드를 바꾸었습니다. 파드는 맞았습니다. 어느 파드에도 없는 포트를 찾는 것은 서비스입니다.
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/ports/0/name","value":"{{ typo }}"},{"op":"replace","path":"/spec/template/spec/containers/0/readinessProbe/httpGet/port","value":"{{ typo }}"}]'
