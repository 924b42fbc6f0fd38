# task: who-is-missing
# en: {{ component }} is still away: its file belongs into /etc/kubernetes/manifests on cp-1.
# ko: {{ component }} 구성 요소가 아직 없습니다. 파일이 cp-1의 /etc/kubernetes/manifests에 있어야 합니다.
mkdir -p ~/answers; echo {{ component }} > ~/answers/component
