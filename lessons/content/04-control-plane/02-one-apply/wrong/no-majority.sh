# task: majority-lost
# en: Fewer than two members of etcd work: there is no majority, and nothing can be written.
# ko: 작동하는 etcd 멤버가 둘보다 적습니다. 과반이 아니어서 아무것도 쓸 수 없습니다.
fault second
