# task: empty
# en: There is no budget any more that demands one of its Pods: nothing would keep a drain from taking both.
# ko: 파드를 하나라도 남기라는 예산이 없습니다. 드레인이 둘을 한꺼번에 내보내도 막을 것이 없습니다.
kubectl delete pdb {{ app }}
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'
kubectl drain {{ node }} --ignore-daemonsets
