"""Pages and the other files of a site: Markdown by section, YAML by value, anything else as a whole."""
