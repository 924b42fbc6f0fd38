# task: go-one-owner-up
# en: There are {{ dead }} of them again. Whoever is deleted is made anew by the owner: go up, from the Pod to its owner, and on to the owner's owner.
# ko: 다시 {{ dead }}개가 되었습니다. 지우면 소유자가 새로 만듭니다. 파드의 소유자로, 다시 그 소유자로 올라가세요.
case {{ kind }} in
Deployment) kubectl delete replicaset -l app=zombie ;;
CronJob) kubectl delete jobs --all ;;
ReplicaSet) kubectl delete pod -l app=zombie --force ;;
esac
