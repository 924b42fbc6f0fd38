# task: cause
# en: The Pods carry the label that the Service looks for, and they are on its list.
# ko: 파드는 서비스가 찾는 레이블을 달고 있고, 서비스의 목록에도 있습니다.
mkdir -p ~/answers; echo selector > ~/answers/cause
