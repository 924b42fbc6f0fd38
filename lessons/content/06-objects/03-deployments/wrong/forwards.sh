# task: bring-it-back
# en: That version gets ready, so the rollout goes on. But the task is to go back to what ran before: 1.0.
# ko: 준비되는 버전이라서 롤아웃이 계속됩니다. 하지만 과제는 그전에 실행되던 1.0으로 돌아가는 것입니다.
kubectl set image deployment/pay web=kubelab/web:1.1
