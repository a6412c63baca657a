// The limits of a site and of an application, in two environments.
package main

import (
	"example.com/tc-resources/sdk/go/tcresources"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// site is what all hosts of a site may draw from their origins while EdgeOne prefetches, in Mbps each.
type site struct {
	pulumi.ResourceState
}

func newSite(ctx *pulumi.Context, name, zoneID, domain string, bandwidth int) error {
	component := &site{}
	if err := ctx.RegisterComponentResource("limits:index:Site", name, component); err != nil {
		return err
	}
	for _, host := range []string{"www", "static"} {
		_, err := tcresources.NewPrefetchOriginLimit(ctx, host+"-overseas", &tcresources.PrefetchOriginLimitArgs{
			ZoneId:     pulumi.String(zoneID),
			DomainName: pulumi.String(host + "." + domain),
			Area:       tcresources.AreaOverseas,
			Bandwidth:  pulumi.Int(bandwidth),
		}, pulumi.Parent(component))
		if err != nil {
			return err
		}
	}
	return ctx.RegisterResourceOutputs(component, pulumi.Map{})
}

func limits(ctx *pulumi.Context) error {
	cfg := config.New(ctx, "")
	subApp := pulumi.Float64(cfg.RequireInt("subAppId"))
	if err := newSite(ctx, "site", cfg.Require("zoneId"), cfg.Require("domain"), cfg.RequireInt("bandwidth")); err != nil {
		return err
	}
	images, err := tcresources.NewAigcQuota(ctx, "images", &tcresources.AigcQuotaArgs{
		SubAppId:   subApp,
		QuotaType:  tcresources.QuotaTypeImage,
		QuotaLimit: pulumi.Float64(cfg.RequireInt("imageCap")),
	})
	if err != nil {
		return err
	}
	// Protect: Pulumi refuses to delete it; RetainOnDelete: when it leaves the program, the token stays valid.
	keep := cfg.GetBool("keepTokens")
	token, err := tcresources.NewAigcApiToken(ctx, "chat-token", &tcresources.AigcApiTokenArgs{
		SubAppId: subApp,
	}, pulumi.Protect(keep), pulumi.RetainOnDelete(keep))
	if err != nil {
		return err
	}
	chat, err := tcresources.NewAigcQuota(ctx, "chat", &tcresources.AigcQuotaArgs{
		SubAppId:   subApp,
		QuotaType:  tcresources.QuotaTypeText,
		QuotaLimit: pulumi.Float64(cfg.RequireInt("tokenCap")),
		ApiToken:   token.ApiToken,
	})
	if err != nil {
		return err
	}
	ctx.Export("caps", pulumi.Map{"images": images.QuotaLimit, "chat": chat.QuotaLimit})
	ctx.Export("token", token.ApiToken) // a secret: pulumi stack output token --show-secrets
	return nil
}

func main() {
	pulumi.Run(limits)
}
