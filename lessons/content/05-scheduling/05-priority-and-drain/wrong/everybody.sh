# task: who-may-push
# en: With globalDefault every new Pod is as important as checkout, and so nothing is. Give the class to checkout alone.
# ko: globalDefault이면 새 파드가 모두 checkout만큼 중요해집니다. 그러면 아무것도 중요하지 않습니다. checkout에만 주세요.
kubectl create priorityclass urgent --value={{ value }} --global-default
kubectl rollout restart deployment/checkout
