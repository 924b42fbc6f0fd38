# task: shopfront
# en: The name is right now, the image is not: no registry knows kubelab/wbe.
# ko: 이름은 맞았지만 이미지가 틀렸습니다. kubelab/wbe는 어느 레지스트리에도 없습니다.
sed -i 's/ShopFront/shopfront/' shop.yaml
kubectl apply -f shop.yaml
