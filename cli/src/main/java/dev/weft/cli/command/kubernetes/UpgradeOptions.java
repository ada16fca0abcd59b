package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.DurationConverter;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.install.InstallSettings;
import dev.weft.kubernetes.install.PeeringService;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that an upgrade changes; settings that are not given stay as they are. */
final class UpgradeOptions {

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = {
                "image of sidecar, init container and control plane.",
                "Default: the installed image, with this version instead of the installed version."
            })
    private @Nullable String image;

    @Option(
            names = "--image-pull-policy",
            paramLabel = "POLICY",
            completionCandidates = KubernetesWords.PullPolicies.class,
            description = "when nodes pull the image: Always, IfNotPresent or Never.")
    private @Nullable String pullPolicy;

    @Option(
            names = "--admission",
            paramLabel = "VERSION",
            converter = KubernetesWords.Admissions.class,
            completionCandidates = KubernetesWords.Admissions.class,
            description = "what injects sidecars into pods, as for 'weft install'.")
    private @Nullable InjectionMethod admission;

    @Option(
            names = "--inbound",
            paramLabel = "WHAT",
            converter = KubernetesWords.Inbounds.class,
            completionCandidates = KubernetesWords.Inbounds.class,
            description = "strict or permissive, for pods and machines that do not say it, nor their namespaces.")
    private @Nullable Inbound inbound;

    @Option(
            names = "--leaf-lifetime",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "lifetime of certificates, 1m to 7d.")
    private @Nullable Duration leafLifetime;

    @Option(names = "--replicas", paramLabel = "NUMBER", description = "replicas of the control plane, 1 to 15.")
    private @Nullable Integer replicas;

    @Option(
            names = "--peering",
            paramLabel = "SERVICE",
            converter = KubernetesWords.Peerings.class,
            completionCandidates = KubernetesWords.Peerings.class,
            description = "LoadBalancer, NodePort, ClusterIP or none: the Service for linked clusters and machines.")
    private @Nullable PeeringService peering;

    @Mixin
    private ControlPodOptions pod = new ControlPodOptions();

    /**
     * Returns the settings of an installation after the upgrade to another version.
     *
     * @throws CommandFailure if an option is invalid (WEFT-L100), or the image must be given (WEFT-L311)
     */
    InstallSettings over(InstallSettings installed, String version) {
        InjectionSettings injection = installed.injection();
        try {
            return new InstallSettings(
                    new InjectionSettings(
                            image == null ? imageOf(injection.image(), installed.version(), version) : image,
                            or(pullPolicy, injection.pullPolicy()),
                            injection.trustDomain(),
                            injection.clusterDomain(),
                            or(inbound, injection.inbound())),
                    or(admission, installed.admission()),
                    version,
                    or(leafLifetime, installed.leafLifetime()),
                    Optional.empty(),
                    installed.followIssuer(),
                    or(replicas, installed.replicas()),
                    or(peering, installed.peering()),
                    pod.over(installed.pod()));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "see 'weft upgrade --help'");
        }
    }

    private static <T> T or(@Nullable T said, T installed) {
        return said == null ? installed : said;
    }

    private static String imageOf(String installed, String from, String to) {
        if (from.equals(to)) {
            return installed;
        }
        if (installed.endsWith(":" + from)) {
            return installed.substring(0, installed.length() - from.length()) + to;
        }
        throw CommandFailure.failed(
                "WEFT-L311",
                "the installed image, " + installed + ", does not have its version, " + from
                        + ", as tag, so the name of the image of " + to + " is not known",
                "name it: 'weft upgrade --image IMAGE'");
    }
}
