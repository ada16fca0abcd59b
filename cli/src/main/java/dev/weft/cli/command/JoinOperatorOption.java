package dev.weft.cli.command;

import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.JoinOperatorGrpc.JoinOperatorBlockingStub;
import dev.weft.cli.mesh.Mesh;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the mesh that is asked about tokens and machines, and for how long it may take to answer. */
final class JoinOperatorOption {

    @Mixin
    MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "how long to wait for an answer. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(10);

    <T> T call(Session session, Function<JoinOperatorBlockingStub, T> call) throws IOException {
        return call(meshOption.mesh(session), call);
    }

    <T> T call(Mesh mesh, Function<JoinOperatorBlockingStub, T> call) {
        return mesh.ask(operator -> operator.ask(JoinOperatorGrpc::newBlockingStub, timeout, call));
    }
}
