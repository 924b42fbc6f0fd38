# task: a-silent-node
# en: The machine was booted anew, or is another one. The fault is a line in a file; nothing has to be switched off for it.
# ko: 머신이 다시 켜졌거나 바뀌었습니다. 고장은 파일의 한 줄입니다. 전원을 끌 일이 아닙니다.
ssh {{ lame }} "sed -i 's#pki/{{ path }}#pki/ca.crt#' /var/lib/kubelet/config.yaml; reboot"
