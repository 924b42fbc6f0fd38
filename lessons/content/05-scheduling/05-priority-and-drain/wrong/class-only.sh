# task: who-may-push
# en: checkout carries no priorityClassName in its template: its Pods still have priority 0.
# ko: checkout의 템플릿에 priorityClassName이 없습니다. 파드의 우선순위가 아직 0입니다.
kubectl create priorityclass urgent --value={{ value }}
