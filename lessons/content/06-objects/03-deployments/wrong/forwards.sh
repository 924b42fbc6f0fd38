# task: bring-it-back
# en: That version exists, so the rollout goes on. But the task is to go back to what ran before: nginx:1.28.
# ko: 있는 버전이라서 롤아웃이 계속됩니다. 하지만 과제는 그전에 실행되던 nginx:1.28로 돌아가는 것입니다.
kubectl set image deployment/pay web=nginx:1.29
