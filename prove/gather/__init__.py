"""How the evidence is gathered: each module asks the deployed product and its workload for one thing."""
