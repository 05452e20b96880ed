"""The proofs: can each target be put back, and is nothing lost on the way? One kind a module.

Each is asked before anything is touched, and answers findings: what refuses the experiment, and
what its plan must warn of.
"""
