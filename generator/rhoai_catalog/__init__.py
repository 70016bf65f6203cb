"""A GitOps catalog of the AI models and model servers of Red Hat OpenShift AI, for Red Hat Developer Hub.

A scheduled run observes clusters, Model Registries and Model Catalogs, describes what it saw as Backstage entities and
TechDocs pages, merges that with what people wrote into `catalog/`, validates it as Backstage would, and keeps one pull
request up to date. Everything between `observe` and `write` is pure: the same snapshot and the same tree give the same
bytes.

    observe -> describe -> merge -> validate -> plan -> write -> propose
"""
