kubectl set resources deployment {{ app }} --requests=cpu={{ cpu }},memory={{ memory }} --limits=cpu={{ cpu }},memory={{ memory }}
sleep 40
