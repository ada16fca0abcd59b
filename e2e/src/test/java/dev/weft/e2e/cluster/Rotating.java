package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A rotation of the anchor that was begun.
 *
 * @param command that began it, and follows it while it can
 * @param id of the rotation
 */
record Rotating(Running command, String id) implements AutoCloseable {

    /** In the order in which a rotation comes to them. */
    static final List<String> STEPS = List.of("prepare", "publish", "issue", "reissue", "retire", "done");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration BEGUN = Duration.ofSeconds(60);
    private static final Duration OVER = Duration.ofMinutes(5);

    /** Begins one, with these flags of the command; returns when the new anchor is published, or about to be. */
    static Rotating begin(String... flags) throws Exception {
        String before = kept().path("id").asString("");
        List<String> line = new ArrayList<>(List.of(Mesh.weft().toString(), "trust", "rotate", "--cluster"));
        line.addAll(List.of(flags));
        Running command = Shell.start(line, Map.of("NO_COLOR", "1"));
        Eventually.within(BEGUN, () -> {
            assertThat(kept().path("id").asString("")).isNotEqualTo(before);
            assertThat(reached("publish")).isTrue();
        });
        return new Rotating(command, kept().path("id").asString(""));
    }

    /** What the control plane keeps of the rotation that runs, or ran last. */
    private static JsonNode kept() throws Exception {
        String encoded = Cluster.kubectl(
                        "get",
                        "secret",
                        "weft-state-rotation.json",
                        "-n",
                        Leader.NAMESPACE,
                        "--ignore-not-found",
                        "-o",
                        "jsonpath={.data.value}")
                .ok()
                .out()
                .strip();
        return JSON.readTree(
                encoded.isEmpty() ? "{}" : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
    }

    private static boolean reached(String step) throws Exception {
        return STEPS.indexOf(kept().path("step").asString("")) >= STEPS.indexOf(step);
    }

    /** Returns when the rotation is at this step, or after it. */
    void awaitStep(String step) throws Exception {
        Eventually.within(
                OVER, () -> assertThat(reached(step)).as("at %s", step).isTrue());
    }

    /** Returns when it is over and its object says so; the rotation kept is still this one. */
    void awaitEnd() throws Exception {
        awaitStep("done");
        assertThat(kept().path("id").asString("")).isEqualTo(id);
        Eventually.within(
                BEGUN,
                () -> assertThat(object("{.status.step} {.status.conditions[?(@.type==\"Complete\")].status}"))
                        .isEqualTo("Done True"));
    }

    /** A field of the object that shows it, as kubectl's JSONPath. */
    String object(String path) throws Exception {
        List<String> names = Cluster.kubectl("get", "rotations", "-o", "name")
                .ok()
                .out()
                .lines()
                .filter(name -> name.endsWith("-" + id.substring(0, 8)))
                .toList();
        assertThat(names).as("object of rotation %s", id).hasSize(1);
        return Cluster.kubectl("get", names.getFirst(), "-o", "jsonpath=" + path)
                .ok()
                .out()
                .strip();
    }

    @Override
    public void close() {
        command.close();
    }
}
