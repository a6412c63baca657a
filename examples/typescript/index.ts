// The limits of a site and of an application, in two environments.
import * as pulumi from "@pulumi/pulumi";
import * as tc from "tc-resources";

/** What all hosts of a site may draw from their origins while EdgeOne prefetches, in Mbps each. */
class Site extends pulumi.ComponentResource {
    constructor(name: string, zoneId: string, domain: string, bandwidth: number) {
        super("limits:index:Site", name);
        for (const host of ["www", "static"]) {
            new tc.PrefetchOriginLimit(
                `${host}-overseas`,
                { zoneId, domainName: `${host}.${domain}`, area: "Overseas", bandwidth },
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}

const config = new pulumi.Config();
const subAppId = config.requireNumber("subAppId");

new Site("site", config.require("zoneId"), config.require("domain"), config.requireNumber("bandwidth"));
const images = new tc.AigcQuota("images", {
    subAppId,
    quotaType: "Image",
    quotaLimit: config.requireNumber("imageCap"),
});
// protect: Pulumi refuses to delete it; retainOnDelete: when it leaves the program, the token stays valid.
const kept = { protect: true, retainOnDelete: true };
const chatToken = new tc.AigcApiToken("chat-token", { subAppId }, config.getBoolean("keepTokens") ? kept : {});
const chat = new tc.AigcQuota("chat", {
    subAppId,
    quotaType: "Text",
    quotaLimit: config.requireNumber("tokenCap"),
    apiToken: chatToken.apiToken,
});
export const caps = { images: images.quotaLimit, chat: chat.quotaLimit };
export const token = chatToken.apiToken; // a secret: pulumi stack output token --show-secrets
