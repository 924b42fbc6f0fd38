# task: somebody-notices
# en: alone does not answer at all at the moment. It was to be safer, not gone.
# ko: 지금은 alone이 아예 답하지 않습니다. 더 안전해야지 없어지면 안 됩니다.
kubectl delete pod alone
