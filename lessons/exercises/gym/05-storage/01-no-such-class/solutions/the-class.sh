mkdir -p ~/answers; echo class > ~/answers/cause
#: cause
kubectl apply -f - <<END
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: {{ gone }}}
provisioner: $(kubectl get storageclass standard -o jsonpath='{.provisioner}')
volumeBindingMode: WaitForFirstConsumer
END
sleep 60
