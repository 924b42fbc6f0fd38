kubectl set resources deployment eater --requests=memory={{ peak }}Mi --limits=memory={{ most }}Mi
kubectl set resources deployment steady --requests=cpu={{ cpu }}m,memory=64Mi --limits=cpu={{ cpu }}m,memory=64Mi
kubectl patch pod spinner --subresource=resize -p '{"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"500m"},"limits":{"cpu":"500m"}}}]}}'
