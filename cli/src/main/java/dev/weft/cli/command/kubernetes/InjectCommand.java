package dev.weft.cli.command.kubernetes;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.kubernetes.inject.Inbound;
import dev.weft.kubernetes.inject.InvalidPodException;
import dev.weft.kubernetes.inject.PodInjection;
import dev.weft.kubernetes.manifest.InvalidManifestException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inject",
        description = "Add a sidecar to the pods of Kubernetes manifests, if the cluster does not.",
        footer = {
            "  weft inject shop.yaml | kubectl apply -f -",
            "  kubectl get deployment web -o yaml | weft inject - | kubectl apply -f -",
            "  weft inject --trust-domain east.example shop.yaml > meshed.yaml",
            "",
            "Finds pods of Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, List",
            "and Pod; everything else in the file stays as it is. A pod with",
            "weft.dev/inject: disabled, with hostNetwork or with a sidecar is not changed, and",
            "is named on standard error.",
        })
public final class InjectCommand implements Callable<Integer> {

    private final Screen screen;

    @Parameters(paramLabel = "FILE", description = "manifests, YAML or JSON; - is standard input.")
    private Path file = Path.of("-");

    @Mixin
    private InjectionOptions options = new InjectionOptions();

    @Option(
            names = "--inbound",
            paramLabel = "WHAT",
            defaultValue = "permissive",
            converter = KubernetesWords.Inbounds.class,
            completionCandidates = KubernetesWords.Inbounds.class,
            description = {
                "strict or permissive, for pods without the annotation weft.dev/inbound: what their",
                "namespaces or the installation say, which this command does not know. A strict pod",
                "gets the annotation. Default: ${DEFAULT-VALUE}."
            })
    private Inbound inbound = Inbound.PERMISSIVE;

    public InjectCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        PodInjection injection = new PodInjection(options.settings(inbound));
        try {
            show(screen, injection.inject(ManifestFiles.read(file)));
        } catch (InvalidManifestException e) {
            throw ManifestFiles.invalid(file, e);
        } catch (InvalidPodException e) {
            throw CommandFailure.invalidFile(
                    "WEFT-L301", String.valueOf(e.getMessage()), "docs/kubernetes.md has every annotation");
        }
        return ExitCode.OK;
    }

    static void show(Screen screen, PodInjection.Result result) {
        result.remarks().forEach(screen::note);
        if (result.remarks().isEmpty()) {
            screen.note("no pod was found, so nothing is changed");
        }
        screen.print(result.text());
    }
}
