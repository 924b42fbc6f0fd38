# task: cause
# en: The class is served: the other path of the same Ingress works.
# ko: 클래스는 컨트롤러가 맡고 있습니다. 같은 인그레스의 다른 경로는 됩니다.
mkdir -p ~/answers; echo class > ~/answers/cause
