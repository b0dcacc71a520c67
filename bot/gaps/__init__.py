"""Gaps: what people asked that no article answers, in clusters; what an editor might write next."""
