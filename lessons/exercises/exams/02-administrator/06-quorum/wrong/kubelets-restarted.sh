# task: majority
# en: One member of three is no majority: it neither writes nor decides alone. Find out why the other two do not run.
# ko: 셋 가운데 멤버 하나로는 과반이 아닙니다. 혼자서는 쓰지도 정하지도 못합니다. 나머지 둘이 왜 실행되지 않는지 찾으세요.
for node in cp-1 cp-2 cp-3; do ssh $node systemctl restart kubelet; done
sleep 60
