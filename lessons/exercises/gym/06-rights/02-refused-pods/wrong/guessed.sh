# task: cause
# en: No Pod was ever made, so nothing was pulled. Who makes Pods for a Deployment, and what was it told?
# ko: 파드가 만들어진 적이 없으니 받은 이미지도 없습니다. 디플로이먼트의 파드는 누가 만들고, 무슨 말을 들었을까요?
mkdir -p ~/answers; echo image > ~/answers/cause
