# task: how-long-it-takes
# en: Those 300 seconds are counted from NotReady. Count from the power cut.
# ko: 300초는 NotReady부터 셉니다. 정전부터 세세요.
ssh {{ node }} poweroff; sleep 380; mkdir -p ~/answers; echo 300 > ~/answers/gap
