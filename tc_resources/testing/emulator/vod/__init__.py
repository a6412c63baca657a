"""VOD 2018-07-17: sub-applications and their AIGC quotas."""
