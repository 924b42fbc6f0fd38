kubectl expose deployment/web --port=80
kubectl set selector service api app=api
