# task: two-digests
# en: That is the tag: a label that can be moved. What was really fetched is in the Pod's status, as imageID.
# ko: 옮길 수 있는 이름표, 태그를 썼습니다. 실제로 받은 것은 파드의 status에 imageID로 있습니다.
mkdir -p ~/answers; echo kubelab/web:stable > ~/answers/dev; echo kubelab/web:stable > ~/answers/prod
