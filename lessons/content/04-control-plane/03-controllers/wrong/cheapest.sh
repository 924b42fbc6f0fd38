# task: adopted
# en: stray is gone. With four Pods where three are wanted one had to leave, and it was stray: tell the controller first whom to spare. Start over.
# ko: stray가 사라졌습니다. 세 개가 필요한데 네 개가 되어 하나가 나가야 했는데, 하필 stray가 나갔습니다. 누구를 남길지 먼저 알려야 합니다. 처음부터 다시 하세요.
kubectl annotate pod stray controller.kubernetes.io/pod-deletion-cost=-100
kubectl label pod stray app=web --overwrite
