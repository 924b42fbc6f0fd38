# task: somebody-notices
# en: Several bare Pods survive one power cut, not the next ones: nobody replaces any of them. Give alone a controller.
# ko: 혼자 있는 파드 여럿은 한 번의 정전은 견디지만 그다음은 아닙니다. 아무도 새로 만들지 않습니다. alone에 컨트롤러를 붙이세요.
sed 's/name: alone$/name: alone-two/' alone.yaml | sed '/affinity:/,/values:/d' | kubectl apply -f -
