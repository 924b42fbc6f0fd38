# task: shopfront
# en: The program still listens on 8080: containerPort moves nothing. It reads its port from the variable PORT.
# ko: 프로그램은 아직 8080 포트에서 기다립니다. containerPort로는 바뀌지 않습니다. 포트는 환경 변수 PORT에서 읽습니다.
kubectl run shopfront --image=kubelab/web:1.0 --labels=app={{ app }} --port={{ port }}
