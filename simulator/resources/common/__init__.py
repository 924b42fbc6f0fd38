"""What several kinds share: defaults and validation of metadata, selectors, and the Pods inside templates."""
