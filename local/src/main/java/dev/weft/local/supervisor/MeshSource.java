package dev.weft.local.supervisor;

import dev.weft.files.registry.FileRegistry;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.registry.LoadError;
import java.nio.file.Path;
import java.util.List;

/**
 * The source of the wanted state of the mesh: the user's file, which is followed while it changes. Workloads without
 * own addresses run on this machine.
 */
final class MeshSource implements AutoCloseable {

    private final FileRegistry registry;
    private final TrustDomain trustDomain;

    MeshSource(Path file, TrustDomain trustDomain) {
        this.registry = FileRegistry.open(List.of(file));
        this.trustDomain = trustDomain;
    }

    /** Returns the wanted state now: the last valid state. */
    MeshModel current() {
        return MeshModel.of(registry.local(), trustDomain);
    }

    /** Returns the errors that the file has now, as {@code file:line: reason}. */
    List<String> errors() {
        return registry.errors().stream().map(LoadError::toString).toList();
    }

    /**
     * Registers a callback for changes of the state or the errors. It may be called from any thread, also without a
     * change.
     */
    void onChange(Runnable changed) {
        registry.subscribe((_, _) -> changed.run());
    }

    @Override
    public void close() {
        registry.close();
    }
}
