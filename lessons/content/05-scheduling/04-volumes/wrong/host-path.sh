# task: a-place-to-keep
# en: hostPath is a folder of one machine: on another node the next Pod finds nothing, and every Pod of this node may look in. Claim a volume.
# ko: hostPath는 머신 한 대의 폴더입니다. 다음 파드가 다른 노드에 가면 아무것도 없고, 같은 노드의 다른 파드도 들여다볼 수 있습니다. 클레임을 쓰세요.
kubectl patch deployment notes -p '{"spec":{"template":{"spec":{"volumes":[{"name":"data","emptyDir":null,"hostPath":{"path":"/srv/notes","type":"DirectoryOrCreate"}}]}}}}'
