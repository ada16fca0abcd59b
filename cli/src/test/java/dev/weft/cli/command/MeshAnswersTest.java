package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A mesh on this machine and a cluster may have the same name. */
final class MeshAnswersTest {

    private static Mesh mesh(String name) {
        MeshRecord record = new MeshRecord(
                name, "mesh.yaml", "cluster.local", 0, true, Instant.EPOCH, ProcessRef.self(), Optional.empty());
        return new LocalMesh(new MeshHandle(new MeshName(name), new MeshState(Path.of("/nowhere")), record));
    }

    private static MeshAnswers<String> ask(String... names) {
        List<Mesh> meshes = List.of(names).stream().map(MeshAnswersTest::mesh).toList();
        return MeshAnswers.each(meshes, (mesh, _) -> List.of(answer(mesh)));
    }

    private static String answer(MeshRef mesh) {
        if (mesh.name().equals("east")) {
            throw CommandFailure.failed("WEFT-L112", "east does not answer");
        }
        return mesh.name();
    }

    @Test
    void countsFailuresOfMeshesWithOneName() {
        Printed printed = new Printed();
        MeshAnswers<String> answers = ask("east", "west", "east");
        assertThat(answers.answers()).containsExactly("west");
        assertThat(answers.end(printed.screen())).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).isEqualTo("weft: east does not answer (WEFT-L112)\n".repeat(2));
    }

    @Test
    void failsIfNoMeshAnswers() {
        assertThatThrownBy(() -> ask("east", "east")).isInstanceOf(CommandFailure.class);
    }
}
