# task: cause
# en: The Pods were made, so the controllers are at work. Nobody fills in nodeName.
# ko: 파드가 만들어졌으니 컨트롤러는 일하고 있습니다. nodeName을 채우는 이가 없습니다.
mkdir -p ~/answers; echo controllers > ~/answers/cause
