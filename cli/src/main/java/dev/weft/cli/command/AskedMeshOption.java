package dev.weft.cli.command;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The mesh that a question about policies is about: one that is up, or that of a file. */
public final class AskedMeshOption {

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "a mesh file to ask about, up or not. Default: the one of the mesh that is up.")
    private @Nullable Path file;

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = "cluster.local",
            description = "with --file: the trust domain of its identities. Default: ${DEFAULT-VALUE}.")
    private String trustDomain = "cluster.local";

    @Mixin
    private MeshOption meshOption = new MeshOption();

    /** What is asked about. */
    record AskedMesh(Snapshot objects, TrustDomain trustDomain) {}

    AskedMesh mesh(Session session) throws IOException {
        if (file != null) {
            return new AskedMesh(MeshFiles.read(file, Optional.empty()), TrustDomain.parse(trustDomain));
        }
        MeshHandle mesh = meshOption.mesh(session);
        Snapshot objects = MeshFiles.read(
                Path.of(mesh.record().file()), Optional.of(mesh.state().addresses()));
        return new AskedMesh(objects, TrustDomain.parse(mesh.record().trustDomain()));
    }
}
