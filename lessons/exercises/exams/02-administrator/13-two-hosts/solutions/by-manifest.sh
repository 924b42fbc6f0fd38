kubectl apply -f - <<END
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec:
  ingressClassName: lab
  tls: [{hosts: ["{{ a }}", "{{ b }}"], secretName: {{ secret }}}]
  rules:
  - host: "{{ a }}"
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: first, port: {number: 80}}}}]}
  - host: "{{ b }}"
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: second, port: {number: 80}}}}]}
END
sleep 20
