# task: grow-and-keep
# en: In a copy we deleted album and its claim, and the disk was gone with all the pictures. The policy that decides is in the PersistentVolume.
# ko: 복사본에서 album과 클레임을 지웠더니 디스크가 사진과 함께 사라졌습니다. 디스크를 남길지 정하는 정책은 PersistentVolume에 있습니다.
kubectl patch pvc photos -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
