# task: shopfront
# en: It answers on {{ port }}, and the Pod's spec does not say so: a Service that asks for the port by the name http would miss. Give {{ port }} the name http.
# ko: {{ port }} 포트에서 답하지만 파드의 스펙에는 다르게 적혀 있습니다. http라는 이름으로 포트를 찾는 서비스는 빗나갑니다. {{ port }} 포트에 http라는 이름을 붙이세요.
kubectl run shopfront --image=kubelab/web:1.0 --labels=app={{ app }} --env=PORT={{ port }} --port=8080
