# task: mended
# en: The machine was booted anew, and whatever ran on it was torn down. One program was missing.
# ko: 머신을 다시 부팅해서 거기에서 실행되던 것이 모두 끊겼습니다. 없던 것은 프로그램 하나입니다.
ssh {{ node }} reboot
sleep 60
