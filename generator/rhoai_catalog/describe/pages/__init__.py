"""Model cards and facts -> TechDocs sites."""
