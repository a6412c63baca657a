"""STS 2018-08-13: who calls, and temporary credentials for those who take a role."""
