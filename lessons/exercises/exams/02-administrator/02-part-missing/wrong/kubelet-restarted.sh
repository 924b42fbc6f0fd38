# task: runs
# en: {{ component }} is still away from {{ at }}: its kubelet finds no file for it.
# ko: {{ at }}에 {{ component }} 구성 요소가 아직 없습니다. kubelet이 볼 파일이 없습니다.
ssh {{ at }} systemctl restart kubelet
sleep 40
