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

    /**
     * Starts to call; a target is {@code host:port} of an echo server, or {@code http://host:port} of a web server. A call without an
     * answer has failed when half a minute has passed, so that none fails because the machine is busy.
     */
    public static Load start(Mesh mesh, String workload, List<String> targets) throws Exception {
        return start(mesh, workload, "30", targets);
    }

    /** The same, but a call fails after five seconds: for callers that may be refused in silence. */
    public static Load impatient(Mesh mesh, String workload, String target) throws Exception {
        return start(mesh, workload, "5", List.of(target));
    }

    private static Load start(Mesh mesh, String workload, String patience, List<String> targets) throws Exception {
        String script = Programs.python(mesh.directory(), "load.py").toString();
        Stream<String> program = Stream.of("python3", script, "--patience=" + patience);
        return new Load(
                mesh.start(workload, Stream.concat(program, targets.stream()).toArray(String[]::new)));
    }

    /** What came of the calls to a target. */
    public Seen to(String target) {
        String printed = program.printedLast();
        // The last line may not be whole yet.
        int end = printed.lastIndexOf('\n');
        if (end < 0) {
            return new Seen(0, 0, "", 0, 0);
        }
        int begin = printed.lastIndexOf('\n', end - 1) + 1;
        JsonNode seen = JSON.readTree(printed.substring(begin, end)).path(target);
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
