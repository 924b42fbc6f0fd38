# task: one-artefact
# en: prod does not run version 1.1 everywhere yet.
# ko: prod가 아직 모두 버전 1.1은 아닙니다.
for c in dev prod; do kubectl set image deployment/web web=kubelab/web:1.0 --context=$c; done
