"""The register of promises: plans added by people, their proposals, and what people decided about them."""
