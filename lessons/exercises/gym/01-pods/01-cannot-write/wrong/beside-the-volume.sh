# task: mended
# en: In a copy we wrote something and replaced the Pod, and it was gone: what it writes does not go to its volume.
# ko: 복사본에서 무언가를 쓰고 파드를 교체했더니 사라졌습니다. 쓰는 것이 볼륨으로 가지 않습니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"{{ app }}"}},{"name":"scratch","emptyDir":{}}]}}}}'
kubectl patch deployment {{ app }} --type=json -p '[{"op":"replace","path":"/spec/template/spec/volumes","value":[{"name":"data","persistentVolumeClaim":{"claimName":"{{ app }}"}},{"name":"scratch","emptyDir":{}}]},{"op":"replace","path":"/spec/template/spec/containers/0/volumeMounts","value":[{"name":"scratch","mountPath":"/data"}]}]'
