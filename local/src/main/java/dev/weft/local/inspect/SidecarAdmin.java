package dev.weft.local.inspect;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client for the admin server of one sidecar, over its Unix socket. Each call opens a connection, and throws an
 * IOException if the sidecar does not answer.
 */
public final class SidecarAdmin {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String workload;
    private final Path socket;
    private final Duration limit;
    private final Supplier<String> complaint;

    /** Creates a client for the sidecar of a workload, {@code namespace/name}, that listens on this socket. */
    public SidecarAdmin(String workload, Path socket) {
        this(workload, socket, HttpOverUnixSocket.TIMEOUT);
    }

    /** Creates a client with this longest time for an answer. */
    public SidecarAdmin(String workload, Path socket, Duration limit) {
        this(workload, socket, limit, () -> "");
    }

    /**
     * Creates a client whose socket is connected to the sidecar by another program.
     *
     * @param complaint returns the latest error message of that program; empty if there is none
     */
    public SidecarAdmin(String workload, Path socket, Duration limit, Supplier<String> complaint) {
        this.workload = workload;
        this.socket = socket;
        this.limit = limit;
        this.complaint = complaint;
    }

    /** Returns its state: identity, certificate, versions of policy and bundles. */
    public JsonNode status() throws IOException {
        return json("/status");
    }

    /** Returns its open connections. */
    public JsonNode connections() throws IOException {
        return json("/connections");
    }

    /** Returns its certificate chain, leaf first, PEM. */
    public String certificate() throws IOException {
        return text("/certificate");
    }

    /** Returns its metrics, in the Prometheus text format. */
    public String metrics() throws IOException {
        return text("/metrics");
    }

    /** Returns whether it accepts traffic. */
    public Readiness readiness() throws IOException {
        HttpOverUnixSocket.Response response = get("/ready");
        return new Readiness(response.status() == 200, response.body().strip());
    }

    /** Whether a sidecar accepts traffic, and the explanation in its answer. */
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
