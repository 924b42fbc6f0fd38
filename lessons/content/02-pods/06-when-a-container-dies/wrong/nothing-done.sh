# task: let-it-end
# en: It ended, and its work was not done: its log has no steps. Leave its command as it is, and change what happens afterwards.
# ko: 끝났지만 할 일을 하지 않았습니다. 로그에 step이 없습니다. 명령은 그대로 두고, 끝난 다음에 어떻게 할지를 바꾸세요.
kubectl delete pod oneshot
kubectl run oneshot --image=kubelab/batch:1.0 --restart=Never --command -- true
