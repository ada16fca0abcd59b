package dev.weft.cli.command.kubernetes;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.kubernetes.inject.PodInjection;
import dev.weft.kubernetes.manifest.InvalidManifestException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "uninject",
        description = "Remove the sidecars from Kubernetes manifests.",
        footer = {
            "  weft uninject meshed.yaml > shop.yaml",
            "  kubectl get deployment web -o yaml | weft uninject - | kubectl apply -f -",
        })
public final class UninjectCommand implements Callable<Integer> {

    private final Screen screen;

    @Parameters(paramLabel = "FILE", description = "manifests, YAML or JSON; - is standard input.")
    private Path file = Path.of("-");

    public UninjectCommand(Screen screen) {
        this.screen = screen;
    }

    @Override
    public Integer call() {
        try {
            InjectCommand.show(screen, PodInjection.uninject(ManifestFiles.read(file)));
        } catch (InvalidManifestException e) {
            throw ManifestFiles.invalid(file, e);
        }
        return ExitCode.OK;
    }
}
