package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.KubectlOptions;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.install.Injectors;
import dev.weft.kubernetes.install.InstallRecord;
import dev.weft.kubernetes.install.Manifests;
import dev.weft.kubernetes.install.ObjectName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "uninstall",
        description = "Print the objects of Weft in a Kubernetes cluster, for kubectl delete.",
        footer = {
            "  weft uninstall | kubectl delete --ignore-not-found -f -",
            "  weft uninstall --kinds | kubectl delete --ignore-not-found -f -",
            "  weft uninstall --admission v1 | kubectl delete --ignore-not-found -f -   # asks no cluster",
            "",
            "First remove the label weft.dev/inject from the namespaces, and restart their workloads:",
            "pods keep their sidecars until then, and their certificates are no longer renewed.",
        })
public final class UninstallCommand extends SessionCommand {

    @Option(
            names = "--admission",
            paramLabel = "WHAT",
            converter = KubernetesWords.Admissions.class,
            completionCandidates = KubernetesWords.Admissions.class,
            description = {
                "what this version installs with webhook, v1, v1beta1, v1alpha1 or none, without asking a cluster.",
                "Default: kubectl's cluster is asked."
            })
    private @Nullable InjectionMethod admission;

    @Option(
            names = "--cluster",
            description = {
                "ask the cluster although --admission is given: what its installation is of, as it says itself,",
                "and what else injects pods there, as an earlier install left it."
            })
    private boolean cluster;

    @Mixin
    private KubectlOptions target = new KubectlOptions();

    @Option(names = "--kinds", description = "also the kinds of weft.dev. This deletes all policies and revocations.")
    private boolean kinds;

    public UninstallCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        InjectionMethod given = admission;
        String objects = given == null || cluster || target.isGiven()
                ? ofTheCluster()
                : Manifests.uninstall(given, List.of(), kinds);
        session.screen().print(objects);
        return ExitCode.OK;
    }

    /**
     * Returns what the installation's record lists. Without one, because an earlier deletion did not come to its end,
     * returns what this version would install.
     */
    private String ofTheCluster() {
        Installed installed = new Installed(target.kubectl(session));
        Optional<InstallRecord> record = installed.find();
        if (record.isPresent()) {
            return Manifests.uninstall(
                    record.get(), installed.injectorsBeside(record.get().all()), kinds);
        }
        session.screen()
                .note("weft: the cluster has no record of an installation (ConfigMap weft-install): this deletes what"
                        + " this version installs");
        List<ObjectName> others = installed.injectorsBeside(List.of(Injectors.webhook()));
        return Manifests.uninstall(InjectionMethod.WEBHOOK, others, kinds);
    }
}
