# task: one-artefact
# en: Equal today. With Always on a tag that moves, the next push changes prod without anybody's decision. Name the version or the digest.
# ko: 오늘은 같습니다. 하지만 옮겨 다니는 태그에 Always를 쓰면 다음 푸시가 아무도 정하지 않은 채 prod를 바꿉니다. 버전이나 다이제스트를 쓰세요.
for c in dev prod; do kubectl patch deployment web --context=$c -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","imagePullPolicy":"Always"}]}}}}'; done
