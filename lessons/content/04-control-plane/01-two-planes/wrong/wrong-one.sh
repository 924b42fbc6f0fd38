# task: who-is-missing
# en: There are not even Pods for the scheduler to place. Who makes them?
# ko: 스케줄러가 배치할 파드조차 없습니다. 파드는 누가 만들까요?
mkdir -p ~/answers; echo kube-scheduler > ~/answers/component
