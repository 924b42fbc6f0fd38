# task: who-is-missing
# en: {{ clue }}
# ko: {{ clue_ko }}
mkdir -p ~/answers; echo {{ other }} > ~/answers/component
