# task: one-artefact
# en: The template still names stable, a tag that can be moved again. Name the version 1.1, or the digest.
# ko: 템플릿이 아직 다시 옮겨질 수 있는 stable 태그를 가리킵니다. 버전 1.1이나 다이제스트를 쓰세요.
kubectl set image deployment/web web=kubelab/web:1.1 --context=prod
