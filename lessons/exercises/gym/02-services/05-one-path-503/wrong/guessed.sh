# task: cause
# en: The class is served: the other path of the same Ingress works.
# ko: 클래스는 맡은 이가 있습니다. 같은 인그레스의 다른 경로는 됩니다.
mkdir -p ~/answers; echo class > ~/answers/cause
