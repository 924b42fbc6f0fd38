# task: majority-lost
# en: Nothing has broken yet: `fault second` stops another member of etcd.
# ko: 아직 아무것도 망가지지 않았습니다. `fault second`가 etcd 멤버를 하나 더 멈춥니다.
true
