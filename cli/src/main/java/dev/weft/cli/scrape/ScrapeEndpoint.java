package dev.weft.cli.scrape;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.daemon.metrics.MetricsFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves {@code GET /metrics} over HTTP, for Prometheus. Answers one scrape after the other. */
public final class ScrapeEndpoint implements AutoCloseable {

    /** The most scrapes that wait for their turn. */
    private static final int BACKLOG = 8;

    /** Produces the metrics, again for each scrape. */
    public interface Source {
        /** Returns the metrics in the Prometheus text format. */
        String scrape() throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService turn = Executors.newSingleThreadExecutor();

    private ScrapeEndpoint(HttpServer server) {
        this.server = server;
    }

    /** Starts to listen; port 0 takes any free port. */
    public static ScrapeEndpoint start(InetSocketAddress listen, Source source) throws IOException {
        ScrapeEndpoint endpoint = new ScrapeEndpoint(HttpServer.create(listen, BACKLOG));
        endpoint.server.setExecutor(endpoint.turn);
        endpoint.server.createContext("/", exchange -> answer(exchange, source));
        endpoint.server.start();
        return endpoint;
    }

    private static void answer(HttpExchange exchange, Source source) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                write(exchange, 404, "text/plain; charset=utf-8", "not found: the metrics are at /metrics\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                write(exchange, 405, "text/plain; charset=utf-8", "use GET\n");
            } else {
                scrape(exchange, source);
            }
        }
    }

    private static void scrape(HttpExchange exchange, Source source) throws IOException {
        String text;
        try {
            text = source.scrape();
        } catch (IOException | RuntimeException e) {
            write(exchange, 503, "text/plain; charset=utf-8", e.getMessage() + "\n");
            return;
        }
        List<String> accept = exchange.getRequestHeaders().getOrDefault("Accept", List.of());
        MetricsFormat format = MetricsFormat.accepted(String.join(",", accept));
        write(exchange, 200, format.contentType(), format.of(text));
    }

    private static void write(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** Returns the address on which the server listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        turn.shutdownNow();
    }
}
