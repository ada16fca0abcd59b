package dev.weft.cli.demo;

import dev.weft.local.inspect.FollowedFile;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads a sidecar's access log for sessions that ended after this reader was created. */
record Sessions(FollowedFile log) {

    private static final Duration LONGEST = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** One line of the access log, with the fields that the demo uses. */
    record Line(
            @Nullable String direction,
            @Nullable String localIdentity,
            @Nullable String peerIdentity,
            boolean secure,
            @Nullable String tls,
            @Nullable String policy,
            @Nullable String code,
            @Nullable String reason) {}

    static Sessions from(MeshHandle mesh, String workload) throws IOException {
        FollowedFile log = new FollowedFile(mesh.sidecarLog(workload));
        log.newLines();
        return new Sessions(log);
    }

    /** Waits for the next line that matches; empty when none comes within three seconds. */
    Optional<Line> await(Predicate<Line> wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (System.nanoTime() < deadline) {
            for (String text : log.newLines()) {
                Optional<Line> line = parse(text).filter(wanted);
                if (line.isPresent()) {
                    return line;
                }
            }
            Thread.sleep(POLL);
        }
        return Optional.empty();
    }

    private static Optional<Line> parse(String text) {
        if (!text.startsWith("{") || !text.contains("\"direction\"")) {
            return Optional.empty();
        }
        try {
            return Optional.of(MAPPER.readValue(text, Line.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
