# task: leave-in-order
# en: pet runs, and still nobody looks after it: the next drain stops at it again. Put it under a Deployment.
# ko: pet이 실행되지만 아직 돌보는 컨트롤러가 없습니다. 다음 드레인도 여기서 멈춥니다. 디플로이먼트로 만드세요.
kubectl cordon node-2
kubectl replace --force -f pet.yaml
