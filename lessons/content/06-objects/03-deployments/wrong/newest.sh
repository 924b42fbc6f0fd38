# task: new-version
# en: The newest image is not a version you can go back to. Name it: nginx:1.29.
# ko: 가장 새로운 이미지는 되돌아갈 수 있는 버전이 아닙니다. nginx:1.29처럼 적으세요.
kubectl set image deployment/shop web=nginx
