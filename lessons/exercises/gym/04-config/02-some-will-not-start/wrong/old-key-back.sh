# task: mended
# en: You brought the old key back: now the same thing stands there twice, and one of them will grow old.
# ko: 옛 키를 되살렸습니다. 이제 같은 것이 두 번 있고, 그 가운데 하나는 낡게 됩니다.
kubectl patch configmap layout -p '{"data":{"{{ before }}":"morning"}}'
