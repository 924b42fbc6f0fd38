# task: a-node-of-its-own
# en: The taint is off node-3: now anybody may use the {{ hardware }}. Leave the taint and let train bear it.
# ko: node-3의 테인트가 없어져서 이제 아무나 {{ hardware }} 장치를 쓸 수 있습니다. 테인트는 두고 train이 견디게 하세요.
kubectl taint node node-3 {{ hardware }}-
kubectl patch deployment train -p '{"spec":{"template":{"spec":{"nodeSelector":{"{{ hardware }}":"true"}}}}}'
