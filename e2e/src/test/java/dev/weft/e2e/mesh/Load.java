package dev.weft.e2e.mesh;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A workload that calls echo and web servers over and over: a new connection each time, and one that stays.
 *
 * @param program what calls, and prints what came of it
 */
public record Load(Running program) implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * What came of the calls to one target until now.
     *
     * @param ok new connections that were answered
     * @param failed new connections that were not
     * @param reason of the last failure
     * @param kept answers over the connection that stays; 0 while there is none
     * @param broken how often one that stayed was closed
     */
    public record Seen(long ok, long failed, String reason, long kept, long broken) {}

    /** Starts to call; a target is {@code host:port} of an echo server, or {@code http://host:port} of a web server. */
    public static Load start(Mesh mesh, String workload, List<String> targets) throws Exception {
        String script = Programs.python(mesh.directory(), "load.py").toString();
        String[] command =
                Stream.concat(Stream.of("python3", script), targets.stream()).toArray(String[]::new);
        return new Load(mesh.start(workload, command));
    }

    /** What came of the calls to a target. */
    public Seen to(String target) {
        List<String> lines = program.printed().lines().toList();
        // The last line may not be whole yet.
        if (lines.size() < 2) {
            return new Seen(0, 0, "", 0, 0);
        }
        JsonNode seen = JSON.readTree(lines.get(lines.size() - 2)).path(target);
        return new Seen(
                seen.path("ok").asLong(),
                seen.path("failed").asLong(),
                seen.path("reason").asString(),
                seen.path("kept").asLong(),
                seen.path("broken").asLong());
    }

    @Override
    public void close() {
        program.close();
    }
}
