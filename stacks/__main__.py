"""Every limit of one environment; the selected stack's config says which."""

import pulumi
from application_quotas import ApplicationQuotas
from environment import load
from site_limits import SiteLimits

environment = load()
options = pulumi.ResourceOptions(protect=environment.protect)
sites = [SiteLimits(site, options) for site in environment.sites]
applications = [ApplicationQuotas(application, options) for application in environment.applications]

pulumi.export("limits", [limit.id for site in sites for limit in site.limits])
pulumi.export("quotas", [quota.id for application in applications for quota in application.quotas])
