"""The common image models of torchvision, built small: the same children, parameters and outputs, without weights and
initialisation."""
