# task: cause
# en: The address of the Service still works, so its rules are there. It is the Pods behind kube-dns that do not answer.
# ko: 서비스 주소로는 되니 규칙은 있습니다. 답하지 않는 것은 kube-dns 뒤의 파드입니다.
mkdir -p ~/answers; echo kubeproxy > ~/answers/cause
