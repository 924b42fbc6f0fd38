# task: go-one-owner-up
# en: Nobody is awake, but the {{ kind }} {{ owner }} is still there, and whoever switches it on again wakes them all. Remove the owner.
# ko: 깨어 있는 파드는 없지만 {{ owner }} {{ subject }} 남아 있습니다. 누가 다시 켜면 되살아납니다. 소유자를 없애세요.
case {{ kind }} in
CronJob) kubectl patch cronjob {{ owner }} -p '{"spec":{"suspend":true}}'; kubectl delete jobs --all ;;
*) kubectl scale {{ word }} {{ owner }} --replicas=0 ;;
esac
