kubectl config set-cluster {{ prod }} --server=https://10.0.1.10:6443
mkdir -p ~/answers
kubectl config view --minify --context=prod -o jsonpath='{.clusters[0].cluster.server}' | sed 's#https://##' > ~/answers/server
kubectl config view --minify --context=prod -o jsonpath='{.contexts[0].context.user}' > ~/answers/user
kubectl scale deployment web --replicas={{ replicas }} --context=prod
