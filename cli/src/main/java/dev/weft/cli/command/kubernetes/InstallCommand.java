package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.DurationConverter;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.VersionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InjectionSettings;
import dev.weft.kubernetes.install.ControlPod;
import dev.weft.kubernetes.install.InstallSettings;
import dev.weft.kubernetes.install.IssuerSecret;
import dev.weft.kubernetes.install.Manifests;
import dev.weft.kubernetes.install.PeeringService;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "install",
        description = "Print the manifests that install Weft in a Kubernetes cluster, for kubectl apply.",
        footer = {
            "  weft install --anchor-key-out anchor-key.pem | kubectl apply -f -",
            "  weft install --admission auto --image registry.example/weft:1.0 | kubectl apply -f -",
            "  weft install --anchor-file anchor.pem --issuer-cert tls.crt --issuer-key tls.key",
            "  weft install --keep-issuer --admission v1 | kubectl apply -f -   # again, with other options",
            "",
            "Without --keep-issuer, the output contains the issuer's key: do not keep it in a file.",
        })
public final class InstallCommand extends SessionCommand {

    @Mixin
    private InjectionOptions injection = new InjectionOptions();

    @Mixin
    private IssuerOptions issuer = new IssuerOptions();

    @Mixin
    private AdmissionOption admission = new AdmissionOption();

    @Option(
            names = "--leaf-lifetime",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = DurationConverter.class,
            description = "lifetime of certificates, 1m to 7d. Default: ${DEFAULT-VALUE}.")
    private Duration leafLifetime = Duration.ofDays(1);

    @Option(
            names = "--replicas",
            paramLabel = "NUMBER",
            defaultValue = "3",
            description = "replicas of the control plane, 1 to 15. Default: ${DEFAULT-VALUE}.")
    private int replicas = InstallSettings.USUAL_REPLICAS;

    @Option(
            names = "--peering",
            paramLabel = "SERVICE",
            defaultValue = "none",
            converter = KubernetesWords.Peerings.class,
            completionCandidates = KubernetesWords.Peerings.class,
            description = {
                "LoadBalancer, NodePort, ClusterIP or none: the Service through which linked clusters",
                "and machines outside reach the control plane. Default: ${DEFAULT-VALUE}."
            })
    private PeeringService peering = PeeringService.NONE;

    @Mixin
    private ControlPodOptions pod = new ControlPodOptions();

    @Option(
            names = "--inbound",
            paramLabel = "WHAT",
            defaultValue = "permissive",
            converter = KubernetesWords.Inbounds.class,
            completionCandidates = KubernetesWords.Inbounds.class,
            description = {
                "permissive or strict: whether pods and machines accept callers without a sidecar, unless",
                "they or their namespaces have weft.dev/inbound. Default: ${DEFAULT-VALUE}."
            })
    private Inbound inbound = Inbound.PERMISSIVE;

    @Option(
            names = "--only-issuer",
            description = "print only the namespace and the secret weft-issuer, for use before 'helm install'")
    private boolean onlyIssuer;

    public InstallCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        InjectionSettings settings = injection.settings(inbound);
        checkNumbers();
        ControlPod controlPod = controlPod();
        if (onlyIssuer) {
            return printIssuer();
        }
        InstallSettings install = new InstallSettings(
                settings,
                admission.choose(session, issuer.keep),
                VersionCommand.weft(),
                leafLifetime,
                issuer.issuer(session, injection.trustDomain()),
                issuer.follow,
                replicas,
                peering,
                controlPod);
        session.screen().print(Manifests.install(install));
        return ExitCode.OK;
    }

    private int printIssuer() {
        IssuerSecret secret = issuer.issuer(session, injection.trustDomain())
                .orElseThrow(() -> InjectionOptions.usage("--only-issuer: --keep-issuer has none to print"));
        session.screen().print(Manifests.issuer(secret, VersionCommand.weft()));
        return ExitCode.OK;
    }

    private ControlPod controlPod() {
        try {
            return pod.over(ControlPod.USUAL);
        } catch (IllegalArgumentException e) {
            throw InjectionOptions.usage(String.valueOf(e.getMessage()));
        }
    }

    /** Checks the numbers before a key is created and written. */
    private void checkNumbers() {
        if (!InstallSettings.isLifetime(leafLifetime)) {
            throw InjectionOptions.usage("leaf lifetime: " + leafLifetime.toSeconds() + "s (expected: 1m to 7d)");
        }
        if (!InstallSettings.isReplicas(replicas)) {
            throw InjectionOptions.usage(
                    "replicas: " + replicas + " (expected: 1-" + InstallSettings.MOST_REPLICAS + ")");
        }
    }
}
