# task: mended
# en: Names work, and so does everything else: the audit wanted the way out closed.
# ko: 이름도 되고 다른 모든 것도 됩니다. 감사에서는 나가는 길을 닫으라고 했습니다.
kubectl delete networkpolicy quiet to-stores
