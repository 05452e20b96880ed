"""The proofs: can each mapping be put back, and is nothing lost on the way? One question a module.

Each is asked before anything is touched. It answers what refuses the experiment, and what the plan
must warn of.
"""
