package dev.weft.local.supervisor;

import dev.weft.files.registry.FileRegistry;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.registry.LoadError;
import java.nio.file.Path;
import java.util.List;

/**
 * The mesh as described in the user's file, which is followed while it changes. Workloads without own addresses run on
 * this machine.
 */
final class RegistryMeshSource implements MeshSource {

    private final FileRegistry registry;
    private final TrustDomain trustDomain;

    private RegistryMeshSource(FileRegistry registry, TrustDomain trustDomain) {
        this.registry = registry;
        this.trustDomain = trustDomain;
    }

    static RegistryMeshSource open(Path file, TrustDomain trustDomain) {
        return new RegistryMeshSource(FileRegistry.open(List.of(file)), trustDomain);
    }

    @Override
    public MeshModel current() {
        return MeshModel.of(registry.local(), trustDomain);
    }

    @Override
    public List<String> errors() {
        return registry.errors().stream().map(LoadError::toString).toList();
    }

    @Override
    public void onChange(Runnable changed) {
        registry.subscribe((_, _) -> changed.run());
    }

    @Override
    public void close() {
        registry.close();
    }
}
