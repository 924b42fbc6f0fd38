# task: a-crowd-of-ten
# en: Some of crowd are elsewhere now. Its files are on node-3: the wish for that node has to stay.
# ko: crowd의 일부가 다른 노드로 갔습니다. 파일이 node-3에 있으니 노드에 대한 조건은 남아 있어야 합니다.
mkdir -p ~/answers; echo {{ fits }} > ~/answers/fit
kubectl patch deployment crowd -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'
kubectl set resources deployment crowd --requests=cpu=250m
