package dev.weft.cli.cluster;

import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Operator;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The mesh of a cluster, as commands that speak with a control plane alone know meshes. It lasts as long as this process. */
public final class ClusterMesh {

    private static final long SECONDS = 20;
    private static final int LONGEST_NAME = 40;

    private ClusterMesh() {}

    /**
     * Connects to the control plane of the cluster.
     *
     * @throws CommandFailure if there is none, or it cannot be reached (WEFT-L303)
     */
    public static MeshHandle open(Kubectl kubectl, Clock clock) throws IOException {
        Path directory = Files.createTempDirectory("weft-cluster");
        MeshState state = new MeshState(directory);
        Files.createDirectory(state.control());
        ClusterDoor door = ClusterDoor.open(
                state.control().resolve("operator.sock"), () -> kubectl.operator(Leader.pod(kubectl.holder())));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> leave(door, directory)));
        MeshHandle unnamed = handle(kubectl, state, "", clock);
        return handle(kubectl, state, trustDomain(unnamed, kubectl, door), clock);
    }

    private static MeshHandle handle(Kubectl kubectl, MeshState state, String trustDomain, Clock clock) {
        MeshName name = new MeshName(kubectl.context().map(ClusterMesh::nameOf).orElse("cluster"));
        ProcessRef self = ProcessRef.self();
        MeshRecord record =
                new MeshRecord(name.value(), "", trustDomain, 0, false, clock.instant(), self, Optional.of(self));
        return new MeshHandle(name, state, record);
    }

    /** Contexts may have names that meshes cannot. */
    private static String nameOf(String context) {
        String name =
                context.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String shorter =
                name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("-+$", "");
        return shorter.isEmpty() ? "cluster" : shorter;
    }

    private static String trustDomain(MeshHandle mesh, Kubectl kubectl, ClusterDoor door) {
        try (Operator operator = Operator.of(mesh)) {
            return operator.call(channel -> TrustOperatorGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                            .showTrust(ShowTrustRequest.getDefaultInstance()))
                    .getTrustDomain();
        } catch (CommandFailure e) {
            String words = door.complaint();
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "WEFT-L303",
                    "the control plane of the cluster"
                            + kubectl.context().map(name -> " " + name).orElse("") + " cannot be reached: "
                            + (words.isEmpty() ? e.getMessage() : words),
                    "this takes kubectl, and the permission to exec into the pods of namespace weft-system");
        }
    }

    private static void leave(ClusterDoor door, Path directory) {
        try {
            door.close();
            StateFiles.deleteTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be deleted", e);
        }
    }
}
