kubectl apply -f ~/{{ right }}.yaml
