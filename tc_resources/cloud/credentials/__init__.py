"""As whom the services are called: credentials, or a role whose temporary credentials are taken when they are needed.

| looked at, in this order | |
|---|---|
| Pulumi config | a key, a profile, web identity or the machine's role that it names, in this order |
| the environment | a key, a profile, web identity or the machine's role that it names, in this order |
| the profile "default" | of the command line (tccli) or else of the SDK's file, where nobody has named one |

A key or the machine's role can take another role, `assumeRoleArn`. What config or a variable names must be there; only
the profile "default" may be missing where nobody has named it.
"""
