# task: who-is-missing
# en: That is the name of its Pod. The component is called {{ component }}.
# ko: 파드의 이름을 썼습니다. 구성 요소의 이름만 쓰세요({{ component }}).
mkdir -p ~/answers; echo {{ component }}-cp-1 > ~/answers/component
