# task: what-goes-on
# en: Scaling: who would take down the new number, and who would notice it?
# ko: 늘리는 일은 새 숫자를 적을 쪽도, 알아챌 쪽도 없습니다.
mkdir -p ~/answers; echo A B D > ~/answers/still
