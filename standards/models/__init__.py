from standards.models.edition import Control, Edition, Section
from standards.models.standard import Standard

__all__ = ["Control", "Edition", "Section", "Standard"]
