# task: must
# en: nodeName names one machine and asks nobody. Ask for the label, so that any node with such a disk will do.
# ko: nodeName은 머신 하나를 박아 두고 아무것도 묻지 않습니다. 그런 디스크가 있는 노드면 어디든 되도록 레이블로 찾으세요.
kubectl patch deployment db -p '{"spec":{"template":{"spec":{"nodeName":"node-1"}}}}'
