# task: why-pending
# en: heavy asks for no memory. Its FailedScheduling event names another resource.
# ko: heavy는 메모리를 요청하지 않습니다. FailedScheduling 이벤트에는 다른 리소스가 나옵니다.
mkdir -p ~/answers
echo memory > ~/answers/heavy
