# task: cause
# en: A quota limits what may be asked for. This is what has been written: look at the volume from inside.
# ko: 쿼터는 요청할 수 있는 양을 제한합니다. 여기서는 쓴 양이 문제입니다. 안에서 볼륨을 보세요.
mkdir -p ~/answers; echo quota > ~/answers/cause
