# task: ready
# en: The machine was booted anew: everything that ran on it was torn down.
# ko: 머신을 다시 부팅했습니다. 그 위에서 실행되던 것이 모두 멈췄습니다.
ssh {{ node }} "rm -f /var/log/app-debug.log; sed -i 's#ca-old.crt#ca.crt#' /var/lib/kubelet/config.yaml"
ssh {{ node }} reboot
sleep 60
