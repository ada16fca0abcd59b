package dev.weft.local.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The admin server of one sidecar, over its Unix socket. Each call opens a connection and fails with an IOException when the
 * sidecar is away.
 */
public final class SidecarAdmin {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String workload;
    private final Path socket;
    private final Duration limit;
    private final Supplier<String> complaint;

    /** The sidecar of a workload, {@code namespace/name}, that listens on this socket. */
    public SidecarAdmin(String workload, Path socket) {
        this(workload, socket, HttpOverUnixSocket.TIMEOUT);
    }

    /** As above, with the longest time that an answer may take. */
    public SidecarAdmin(String workload, Path socket, Duration limit) {
        this(workload, socket, limit, () -> "");
    }

    /**
     * The same over something that carries connections to the socket.
     *
     * @param complaint what the carrier has said last of why it cannot; empty if nothing
     */
    public SidecarAdmin(String workload, Path socket, Duration limit, Supplier<String> complaint) {
        this.workload = workload;
        this.socket = socket;
        this.limit = limit;
        this.complaint = complaint;
    }

    /** What it holds: identity, certificate, versions of policy and bundles. */
    public JsonNode status() throws IOException {
        return json("/status");
    }

    /** The connections it carries. */
    public JsonNode connections() throws IOException {
        return json("/connections");
    }

    /** Its certificate chain, leaf first, PEM. */
    public String certificate() throws IOException {
        return text("/certificate");
    }

    /** Its metrics, in the Prometheus text format. */
    public String metrics() throws IOException {
        return text("/metrics");
    }

    /** Whether it takes traffic, and if not, why. */
    public Readiness readiness() throws IOException {
        HttpOverUnixSocket.Response response = get("/ready");
        return new Readiness(response.status() == 200, response.body().strip());
    }

    /**
     * Whether a sidecar takes traffic.
     *
     * @param ready whether it does
     * @param reason what it says about it
     */
    public record Readiness(boolean ready, String reason) {}

    private JsonNode json(String path) throws IOException {
        try {
            return JSON.readTree(text(path));
        } catch (JacksonException e) {
            throw new IOException(
                    "sidecar of %s: %s is not JSON (%s)".formatted(workload, path, e.getOriginalMessage()), e);
        }
    }

    private String text(String path) throws IOException {
        HttpOverUnixSocket.Response response = get(path);
        if (response.status() != 200) {
            throw new IOException("sidecar of %s: %s answered %d: %s"
                    .formatted(
                            workload, path, response.status(), response.body().strip()));
        }
        return response.body();
    }

    private HttpOverUnixSocket.Response get(String path) throws IOException {
        try {
            return HttpOverUnixSocket.get(socket, path, limit);
        } catch (IOException e) {
            String said = complaint.get();
            throw new IOException(
                    "sidecar of %s does not answer: %s".formatted(workload, said.isEmpty() ? e.getMessage() : said), e);
        }
    }
}
