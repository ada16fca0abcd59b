package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.TrustDomainConverter;
import dev.weft.cli.command.VersionCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that apply to all sidecars of a cluster. */
final class InjectionOptions {

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "image of sidecar, init container and control plane. Default: weft and this version.")
    private @Nullable String image;

    @Option(
            names = "--image-pull-policy",
            paramLabel = "POLICY",
            defaultValue = "IfNotPresent",
            completionCandidates = KubernetesWords.PullPolicies.class,
            description = "when nodes pull the image: Always, IfNotPresent or Never. Default: ${DEFAULT-VALUE}.")
    private String pullPolicy = "IfNotPresent";

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = "cluster.local",
            converter = TrustDomainConverter.class,
            description = "the trust domain of the cluster's identities. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call(): it has a default
    private TrustDomain trustDomain;

    @Option(
            names = "--cluster-domain",
            paramLabel = "DOMAIN",
            defaultValue = InjectionSettings.USUAL_CLUSTER_DOMAIN,
            description =
                    "the cluster's DNS domain, in which sidecars find the control plane. Default: ${DEFAULT-VALUE}.")
    private String clusterDomain = InjectionSettings.USUAL_CLUSTER_DOMAIN;

    TrustDomain trustDomain() {
        return trustDomain;
    }

    /** @throws CommandFailure if an option is invalid (WEFT-L100) */
    InjectionSettings settings(Inbound inbound) {
        try {
            return new InjectionSettings(
                    image == null ? "weft:" + VersionCommand.weft() : image,
                    pullPolicy,
                    trustDomain,
                    clusterDomain,
                    inbound);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    static CommandFailure usage(String what) {
        return CommandFailure.usage(what, "see 'weft install --help'");
    }
}
