# task: mended
# en: You changed or stopped the trial of another team: it was meant. It is your Service that asks too many.
# ko: 다른 팀의 시험 배포를 바꾸거나 멈췄습니다. 일부러 한 것입니다. 너무 많은 파드를 고르는 것은 우리 서비스입니다.
kubectl scale deployment {{ other }} --replicas=0
