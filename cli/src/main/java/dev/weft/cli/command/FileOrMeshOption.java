package dev.weft.cli.command;

import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Mesh;
import dev.weft.control.explain.Questions;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options for the mesh that a question about objects is about: a running mesh, that of a file, or that of a
 * cluster.
 */
public final class FileOrMeshOption {

    /** Names the place of the objects in answers. */
    private static final String SOURCE = "the mesh file";

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "the mesh file to ask about; its mesh need not be up. Default: the file of the mesh that is up.")
    private @Nullable Path file;

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = "cluster.local",
            converter = TrustDomainConverter.class,
            description = "with --file: the trust domain of its identities. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call(): it has a default
    private TrustDomain trustDomain;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    /**
     * Returns what answers the questions. For a mesh on this machine it is the mesh's file, with the addresses that the
     * mesh assigned.
     */
    MeshQuestions questions(Session session) throws IOException {
        if (file != null) {
            if (meshOption.asksCluster()) {
                throw CommandFailure.usage(
                        "--file and --cluster cannot be used together",
                        "--file names a mesh file, --cluster the mesh of a cluster");
            }
            return ofObjects(MeshFiles.read(file, Optional.empty()), trustDomain);
        }
        return switch (meshOption.mesh(session)) {
            case LocalMesh(MeshHandle local) ->
                ofObjects(
                        MeshFiles.read(
                                Path.of(local.record().file()),
                                Optional.of(local.state().addresses())),
                        TrustDomain.parse(local.record().trustDomain()));
            case Mesh mesh -> new MeshQuestions.OfControlPlane(mesh.operator());
        };
    }

    private static MeshQuestions ofObjects(Snapshot objects, TrustDomain trustDomain) {
        return new MeshQuestions.OfObjects(new Questions(objects, trustDomain, SOURCE));
    }
}
