# task: mended
# en: Something that was there is gone: it writes again because you threw things away.
# ko: 있던 것이 사라졌습니다. 버려서 자리를 만들었을 뿐입니다.
kubectl patch pvc {{ app }} -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
sleep 60
kubectl exec deploy/{{ app }} -- sh -c ': > /data/archive'
