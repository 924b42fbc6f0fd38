# task: mended
# en: In a copy the ConfigMap was changed and the Pods started anew, and they did not follow: the value was typed in.
# ko: 복사본에서 컨피그맵을 바꾸고 파드를 새로 시작했는데 따라오지 않았습니다. 값을 직접 적었습니다.
kubectl set env deployment {{ app }} GREETING=morning
