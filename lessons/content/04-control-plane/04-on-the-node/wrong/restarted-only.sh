# task: a-silent-node
# en: {{ lame }} is not Ready yet. Does its kubelet start? The journal says which file it looks for.
# ko: {{ lame }} 노드가 아직 Ready가 아닙니다. kubelet이 시작하나요? 어떤 파일을 찾는지 저널에 나옵니다.
ssh {{ lame }} systemctl restart kubelet
