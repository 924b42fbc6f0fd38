# task: call-by-name
# en: The address of the Service stays as long as the Service. Delete and make that one anew, and caller is cut off: its name would still be right.
# ko: 서비스 주소는 그 서비스가 있는 동안만 그대로입니다. 서비스를 지우고 다시 만들면 caller는 끊깁니다. 이름으로 부르면 그래도 됩니다.
kubectl scale deployment/web --replicas={{ replicas }}
kubectl expose deployment/web --port=80 --target-port={{ port }}
kubectl set env deployment/caller UPSTREAM=http://$(kubectl get service web -o jsonpath='{.spec.clusterIP}')
