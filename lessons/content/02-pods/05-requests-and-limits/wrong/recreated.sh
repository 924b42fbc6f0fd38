# task: wider-while-running
# en: The numbers are right, and it is a new Pod: whoever was connected noticed. `--subresource=resize` changes the one that runs.
# ko: 숫자는 맞지만 새 파드입니다. 연결되어 있던 쪽은 끊겼습니다. `--subresource=resize`로 실행 중인 파드를 바꾸세요.
kubectl get pod spinner -o yaml | sed 's/cpu: 200m/cpu: 500m/' > s.yaml; kubectl replace --force -f s.yaml
