"""The only code that talks to AWS: it performs the effects the domain asks for."""
