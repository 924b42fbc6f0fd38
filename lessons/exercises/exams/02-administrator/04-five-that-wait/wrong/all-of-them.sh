# task: named
# en: Not yet: one line for each of the five, and one cause in each.
# ko: 아직 아닙니다. 다섯 파드마다 한 줄, 줄마다 원인 하나입니다.
mkdir -p ~/answers
for pod in a b c d e; do for cause in cpu label taint claim port; do echo $pod $cause; done; done > ~/answers/causes
