# task: cause
# en: The image is there and the same for all of them. The container is not even created: its description cannot be filled in.
# ko: 이미지는 있고 모두 같습니다. 컨테이너가 만들어지지도 않습니다. 설명을 채울 수 없기 때문입니다.
mkdir -p ~/answers; echo image > ~/answers/cause
