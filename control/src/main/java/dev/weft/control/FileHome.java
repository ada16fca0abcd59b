package dev.weft.control;

import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.files.registry.FileRegistry;
import dev.weft.files.registry.OperatorFiles;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Objects in YAML files, and state in a directory that lasts. */
final class FileHome implements Home {

    private static final int MAX_SHOWN = 10;

    @Override
    public Objects objects(ControlSettings settings) throws IOException {
        Path folder = OperatorFiles.folder(settings.stateDirectory());
        FileRegistry registry = FileRegistry.open(settings.registry(), folder, settings.stateDirectory());
        if (!registry.unknown().isEmpty()) {
            registry.close();
            throw new StateException("WEFT-C094: nobody is served while it is not known what the registry says: "
                    + registry.unknown().stream()
                            .limit(MAX_SHOWN)
                            .map(LoadError::toString)
                            .collect(Collectors.joining("; "))
                    + " (no last valid state of it is kept): mend it");
        }
        try {
            return new Objects(registry, OperatorFiles.open(settings.stateDirectory(), registry));
        } catch (IOException | RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    /** Whoever starts a sidecar gives it the file of the state directory. */
    @Override
    public void anchors(List<X509Certificate> trusted) {}

    @Override
    public Optional<WorkloadAttestor> attestor() {
        return Optional.empty();
    }

    @Override
    public Optional<Store> store() {
        return Optional.empty();
    }
}
