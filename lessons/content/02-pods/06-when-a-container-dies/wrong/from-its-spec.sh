# task: nothing-to-look-with
# en: quiet has no ephemeral container yet: `kubectl debug` brings one, with the tools that are missing in its image.
# ko: quiet에 아직 임시 컨테이너가 없습니다. `kubectl debug`가 이미지에 없는 도구를 갖춘 컨테이너를 넣어 줍니다.
mkdir -p ~/answers; kubectl get pod quiet -o jsonpath='{.spec.containers[0].env[0].value}' > ~/answers/token
