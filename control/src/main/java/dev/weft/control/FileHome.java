package dev.weft.control;

import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.state.SharedState;
import dev.weft.files.registry.FileRegistry;
import dev.weft.files.registry.OperatorFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The home of a control plane over files: objects in YAML files, and state in a directory that lasts. */
final class FileHome implements Home {

    @Override
    public Objects objects(ControlSettings settings) throws IOException {
        Path folder = OperatorFiles.folder(settings.stateDirectory());
        FileRegistry registry = FileRegistry.open(settings.registry(), folder, settings.stateDirectory());
        try {
            return new Objects(registry, OperatorFiles.open(settings.stateDirectory(), registry));
        } catch (IOException | RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /** Does nothing: the program that starts a sidecar gives it the anchor file of the state directory. */
    @Override
    public void anchors(Supplier<List<X509Certificate>> trusted) {}

    @Override
    public Optional<WorkloadAttestor> attestor() {
        return Optional.empty();
    }

    @Override
    public Optional<SharedState> shared() {
        return Optional.empty();
    }
}
