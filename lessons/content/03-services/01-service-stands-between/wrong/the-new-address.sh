# task: call-by-name
# en: You typed in the address of a Pod: good until it is replaced. In a copy we deleted the Pods of web, and caller was cut off again.
# ko: 파드의 주소를 적었습니다. 그 파드가 바뀔 때까지만 통합니다. 복사본에서 web의 파드를 지웠더니 caller가 다시 끊겼습니다.
kubectl expose deployment/web --port=80 --target-port={{ port }}
kubectl set env deployment/caller UPSTREAM=http://$(kubectl get pods -l app=web -o jsonpath="{.items[0].status.podIP}"):{{ port }}
