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
        description = "Print the objects of Weft in a Kubernetes cluster, for kubectl delete.",
        footer = {
            "  weft uninstall | kubectl delete --ignore-not-found -f -",
            "  weft uninstall --kinds | kubectl delete --ignore-not-found -f -",
            "  weft uninstall --cluster --kinds | kubectl delete --ignore-not-found -f -",
            "",
            "First remove the label weft.dev/inject from the namespaces, and restart their workloads:",
            "pods keep their sidecars until then, and their certificates are no longer renewed.",
        })
public final class UninstallCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--admission",
            paramLabel = "WHAT",
            defaultValue = "webhook",
            converter = KubernetesWords.Admissions.class,
            completionCandidates = KubernetesWords.Admissions.class,
            description =
                    "--admission of 'weft install': webhook, v1, v1beta1, v1alpha1 or none. Default: ${DEFAULT-VALUE}.")
    private InjectionMethod admission = InjectionMethod.WEBHOOK;

    @Option(
            names = "--cluster",
            description = {
                "ask the cluster, with kubectl, what was installed: objects of any version, and other objects",
                "that inject pods, left by an earlier installation. --admission is ignored."
            })
    private boolean cluster;

    @Option(names = "--context", paramLabel = "NAME", description = "ask the cluster of this kubectl context")
    private @Nullable String context;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "the kubectl configuration to use")
    private @Nullable String kubeconfig;

    @Option(names = "--kinds", description = "also the kinds of weft.dev. This deletes all policies and revocations.")
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
