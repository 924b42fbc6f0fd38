# task: cause
# en: The message of the evicted Pods names the resource: it was not memory.
# ko: 축출된 파드의 메시지에 리소스 이름이 있습니다. 메모리가 아닙니다.
mkdir -p ~/answers; echo memory > ~/answers/cause
