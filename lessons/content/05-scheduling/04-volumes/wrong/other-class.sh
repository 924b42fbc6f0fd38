# task: a-place-to-keep
# en: The claim notes is not of the class standard. A class that binds at once would choose the zone for your Pod.
# ko: notes 클레임의 클래스가 standard가 아닙니다. 바로 바인딩하는 클래스는 파드가 갈 영역을 먼저 정해 버립니다.
sed 's/try-early/notes/' early.yaml | kubectl apply -f -
