# task: account
# en: It may read more than ConfigMaps: a ready-made role such as view is too wide.
# ko: 컨피그맵이 아닌 것까지 읽을 수 있습니다. view 같은 준비된 롤은 너무 넓습니다.
kubectl create serviceaccount {{ sa }}
kubectl create rolebinding {{ sa }} --clusterrole=view --serviceaccount=exam:{{ sa }}
