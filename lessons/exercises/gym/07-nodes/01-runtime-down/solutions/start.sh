mkdir -p ~/answers; echo runtime > ~/answers/cause
#: cause
ssh {{ node }} systemctl start containerd
