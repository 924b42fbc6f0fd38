# task: nothing-to-look-with
# en: quiet is another Pod now: what went on in the old one, nobody can look at any more. A container can be added to the one that runs.
# ko: quiet가 다른 파드가 되었습니다. 전의 파드에서 무슨 일이 있었는지는 이제 볼 수 없습니다. 실행 중인 파드에 컨테이너를 더할 수 있습니다.
kubectl delete pod quiet; kubectl run quiet --image=kubelab/web:1.0; mkdir -p ~/answers; echo {{ token }} > ~/answers/token
