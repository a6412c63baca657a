"""Talking to Tencent Cloud: signature, credentials, pace, retries and the six actions. Knows nothing of Pulumi."""
