# task: the-newer-image
# en: It is another Pod of the same name. The image is one of the few fields that may change in place.
# ko: 이름이 같은 다른 파드입니다. 이미지는 그 자리에서 바꿀 수 있는 몇 안 되는 필드입니다.
kubectl delete pod old
kubectl run old --image=kubelab/web:1.1
