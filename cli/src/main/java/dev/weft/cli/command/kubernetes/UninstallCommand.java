package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.install.InstallRecord;
import dev.weft.kubernetes.install.Manifests;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft uninstall}: prints the objects of Weft to delete from a cluster. */
@Command(
        name = "uninstall",
        description = "Print what of Weft is to be deleted from a Kubernetes cluster.",
        footer = {
            "  weft uninstall | kubectl delete --ignore-not-found -f -",
            "  weft uninstall --kinds | kubectl delete --ignore-not-found -f -",
            "  weft uninstall --cluster --kinds | kubectl delete --ignore-not-found -f -",
            "",
            "Pods keep their sidecars until they are made again, and no certificate is renewed meanwhile:",
            "take the label weft.dev/inject from the namespaces and restart their workloads first.",
        })
public final class UninstallCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--admission",
            paramLabel = "WHAT",
            defaultValue = "webhook",
            converter = KubernetesWords.Admissions.class,
            completionCandidates = KubernetesWords.Admissions.class,
            description = "that was installed: webhook, v1, v1beta1, v1alpha1 or none. Default: ${DEFAULT-VALUE}.")
    private InjectionMethod admission = InjectionMethod.WEBHOOK;

    @Option(
            names = "--cluster",
            description = {
                "what the installation in the cluster is of, as it says itself: whichever version made it,",
                "and what else injects pods there, as an earlier install left it.",
                "Asks kubectl; --admission does not count then."
            })
    private boolean cluster;

    @Option(names = "--context", paramLabel = "NAME", description = "--cluster, of this context of kubectl")
    private @Nullable String context;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "the configuration of kubectl for that")
    private @Nullable String kubeconfig;

    @Option(
            names = "--kinds",
            description = "also the kinds of weft.dev, and with them every policy and revocation that there is.")
    private boolean kinds;

    public UninstallCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        boolean asked = cluster || context != null || kubeconfig != null;
        session.screen().out().print(asked ? ofTheCluster() : Manifests.uninstall(admission, kinds));
        session.screen().out().flush();
        session.screen()
                .note("ConfigMaps weft-trust stay in the namespaces: 'kubectl delete configmap -A"
                        + " --field-selector metadata.name=weft-trust' deletes them");
        return ExitCode.OK;
    }

    private String ofTheCluster() {
        Installed installed = Installed.of(session, context, kubeconfig);
        InstallRecord record = installed.read();
        return Manifests.uninstall(record, installed.injectorsBeside(record.all()), kinds);
    }
}
